import type { DuckDBConnection } from '@duckdb/node-api';
import { lineAndColumn } from './composed-sql.ts';
import { EngineFault } from './engine-fault.ts';
import { ALLOWED_FUNCTIONS, VOLATILE_FUNCTIONS } from './sql-functions.ts';

/** Parameters that a transform may use. */
export const INTERVAL_PARAMETERS = ['interval_start', 'interval_end'] as const;

/** What was learnt about a user's SQL by parsing it. */
export interface CheckedSql {
  /** The text without a closing semicolon. */
  readonly text: string;
  readonly parameters: readonly string[];
  /** Whether it calls functions that answer differently each time, so that running it twice may not give the same rows. */
  readonly isVolatile: boolean;
}

const TABLE_FUNCTIONS = new Set(['range', 'generate_series', 'unnest']);
/** They make several rows of one. */
const ROW_FUNCTIONS = new Set(['unnest', 'unlist', 'generate_subscripts']);
const FROM_KINDS = new Set(['BASE_TABLE', 'TABLE_FUNCTION', 'SUBQUERY', 'JOIN', 'EXPRESSION_LIST', 'EMPTY', 'EMPTY_FROM', 'PIVOT', 'COLUMN_DATA']);
const FILE_LIKE = /[./\\*?:]/;
const SYSTEM_TABLE = /^(duckdb_|pragma_|sqlite_|pg_)/i;

type Node = Readonly<Record<string, unknown>>;

/**
 * Lets exactly one SELECT through that reads the named tables and nothing else. The text is only parsed, never bound, so nothing is
 * opened while it is judged. `SQL_INVALID` for text that is not SQL or names an unknown table, `SQL_FORBIDDEN` for anything that
 * reaches further; both with line and column where there is one.
 */
export async function checkSelect(connection: DuckDBConnection, origin: string, sql: string, tables: readonly string[]): Promise<CheckedSql> {
  const text = withoutClosing(sql);
  const statement = await parseSelect(connection, origin, text);
  const guard = new SqlGuard(origin, text, tables);
  guard.visit(statement);
  guard.checkNames(statement['node'] as Node);
  return { text, parameters: guard.checkParameters(statement), isVolatile: guard.isVolatile };
}

/**
 * Checks an expression of an expectation: it gives one value for a row from the row's columns, and has no subquery over tables. A star
 * would give several values, of which only one were judged, and `unnest` would repeat the row.
 */
export async function checkExpression(connection: DuckDBConnection, origin: string, sql: string): Promise<CheckedSql> {
  const prefix = 'SELECT ';
  const alone = await parseSelect(connection, origin, prefix + sql, prefix.length);
  const select = alone['node'] as Node;
  const selected = select['select_list'] as readonly unknown[] | undefined;
  const from = select['from_table'] as Node | undefined;
  if (selected?.length !== 1 || from === undefined || !String(from['type']).startsWith('EMPTY'))
    throw new EngineFault('SQL_INVALID', `${origin}: must be one boolean expression over the columns of a row, such as "delay >= 0 AND delay < 1440".`, {
      origin,
    });
  const guard = new SqlGuard(origin, prefix + sql, [], prefix.length);
  guard.visit(alone);
  guard.checkSingleValue(alone);
  await parseSelect(connection, origin, `SELECT (\n${sql}\n)`, 'SELECT (\n'.length);
  return { text: sql, parameters: guard.checkParameters(alone), isVolatile: guard.isVolatile };
}

/** Without closing semicolons. Not by a pattern, which would take the square of the spaces at the end. */
function withoutClosing(sql: string): string {
  let text = sql.trimEnd();
  while (text.endsWith(';')) text = text.slice(0, -1).trimEnd();
  return text;
}

async function parseSelect(connection: DuckDBConnection, origin: string, text: string, skip = 0): Promise<Node> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [text]);
  const parsed = JSON.parse(String(reader.getRows()[0]?.[0])) as {
    error: boolean;
    error_type?: string;
    error_message?: string;
    position?: string;
    statements?: readonly Node[];
  };
  if (parsed.error && parsed.error_type === 'parser') {
    const { line, column } = lineAndColumn(Buffer.from(text).subarray(skip).toString(), Math.max(0, Number(parsed.position ?? 0) - skip));
    throw new EngineFault('SQL_INVALID', `${origin}, line ${line}, column ${column}: ${parsed.error_message ?? 'syntax error'}`, { origin, line, column });
  }
  const statement = parsed.statements?.[0];
  if (parsed.error || statement === undefined)
    throw new EngineFault('SQL_FORBIDDEN', `${origin}: only SELECT may run here, no statement that changes or copies anything.`, { origin });
  if (parsed.statements?.length !== 1)
    throw new EngineFault('SQL_FORBIDDEN', `${origin}: must be exactly one statement, but there are ${parsed.statements?.length}.`, { origin });
  return statement;
}

class SqlGuard {
  isVolatile = false;
  readonly #origin: string;
  readonly #text: string;
  readonly #skip: number;
  readonly #tables: readonly string[];
  readonly #known: Set<string>;

  constructor(origin: string, text: string, tables: readonly string[], skip = 0) {
    this.#origin = origin;
    this.#text = text;
    this.#skip = skip;
    this.#tables = tables;
    this.#known = new Set(tables.map((name) => name.toLowerCase()));
  }

  fault(code: 'SQL_INVALID' | 'SQL_FORBIDDEN', reason: string, byte: number): EngineFault {
    const { line, column } = lineAndColumn(Buffer.from(this.#text).subarray(this.#skip).toString(), Math.max(0, byte - this.#skip));
    return new EngineFault(code, `${this.#origin}, line ${line}, column ${column}: ${reason}.`, { origin: this.#origin, line, column });
  }

  visit(statement: Node): void {
    this.#collectCommonTables(statement);
    this.#walk(statement);
  }

  /** DuckDB would silently call the second column of a name `name_1`. Columns behind a star are not looked at. */
  checkNames(select: Node): void {
    const names = new Set<string>();
    for (const expression of (select['select_list'] ?? []) as readonly Node[]) {
      const reference = expression['type'] === 'COLUMN_REF' ? (expression['column_names'] as readonly string[]).at(-1) : undefined;
      const { alias } = expression as { alias?: string };
      const name = alias === '' || alias === undefined ? reference : alias;
      if (name === undefined) continue;
      if (names.has(name.toLowerCase()))
        throw this.fault(
          'SQL_INVALID',
          `There are two columns called "${name}" (names are told apart without regard to case); give one an alias`,
          positionOf(expression),
        );
      names.add(name.toLowerCase());
    }
  }

  /** The parameters that the statement uses, all of which must be bounds of the interval. */
  checkParameters(statement: Node): string[] {
    const names = ((statement['named_param_map'] ?? []) as readonly { key: string }[]).map(({ key }) => key);
    const unknown = names.find((name) => !(INTERVAL_PARAMETERS as readonly string[]).includes(name));
    if (unknown === undefined) return names;
    const position = Math.max(0, this.#text.indexOf(`$${unknown}`));
    throw this.fault(
      'SQL_INVALID',
      `There is no parameter $${unknown}; there are $interval_start and $interval_end`,
      Buffer.byteLength(this.#text.slice(0, position)),
    );
  }

  checkSingleValue(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    const isUnnest = node['class'] === 'FUNCTION' && ROW_FUNCTIONS.has(String(node['function_name']).toLowerCase());
    if (node['class'] === 'STAR' || isUnnest)
      throw this.fault('SQL_INVALID', `${isUnnest ? String(node['function_name']) : 'A star'} does not give one value for a row`, positionOf(node));
    for (const child of Object.values(node)) this.checkSingleValue(child);
  }

  #collectCommonTables(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    const map = (node['cte_map'] as { map?: readonly { key: string }[] } | undefined)?.map ?? [];
    for (const { key } of map) this.#known.add(key.toLowerCase());
    if (typeof node['cte_name'] === 'string') this.#known.add(node['cte_name'].toLowerCase());
    for (const child of Object.values(node)) this.#collectCommonTables(child);
  }

  #walk(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (node['type'] === 'BASE_TABLE') this.#checkTable(node);
    if (node['type'] === 'TABLE_FUNCTION') this.#checkTableFunction(node);
    if (node['class'] === 'FUNCTION' || node['class'] === 'WINDOW') this.#checkFunction(node);
    for (const [key, child] of Object.entries(node)) {
      if (key === 'from_table') this.#checkFrom(child as Node);
      this.#walk(child);
    }
    // Written without parentheses, it is a column until it is bound.
    if (node['type'] === 'COLUMN_REF' && VOLATILE_FUNCTIONS.has(String((node['column_names'] as readonly string[]).at(-1)).toLowerCase()))
      this.isVolatile = true;
    if (node['type'] === 'SHOW_REF') throw this.fault('SQL_FORBIDDEN', 'DESCRIBE, SHOW and SUMMARIZE may not be used here', positionOf(node));
    if (node['sample'] !== undefined && node['sample'] !== null) this.isVolatile = true;
  }

  #checkFrom(from: Node | null): void {
    if (from !== null && !FROM_KINDS.has(String(from['type'])))
      throw this.fault('SQL_FORBIDDEN', `${String(from['type'])} may not be read from here`, positionOf(from));
  }

  #checkTable(node: Node): void {
    const name = String(node['table_name']);
    const qualified = [node['catalog_name'], node['schema_name']].some((part) => part !== undefined && part !== '');
    if (qualified || FILE_LIKE.test(name) || SYSTEM_TABLE.test(name))
      throw this.fault(
        'SQL_FORBIDDEN',
        `"${name}" is not a source of this pipeline; files, system tables and other schemas cannot be read (sources: ${this.#tables.join(', ') || 'none'})`,
        positionOf(node),
      );
    if (!this.#known.has(name.toLowerCase()))
      throw this.fault('SQL_INVALID', `There is no source "${name}" (sources: ${this.#tables.join(', ') || 'none'})`, positionOf(node));
  }

  #checkTableFunction(node: Node): void {
    const call = (node['function'] ?? {}) as Node;
    const name = String(call['function_name']).toLowerCase();
    if (!TABLE_FUNCTIONS.has(name))
      throw this.fault(
        'SQL_FORBIDDEN',
        `The table function ${name}() may not be used: a transform reads its sources by name (${this.#tables.join(', ') || 'none'})`,
        positionOf(call),
      );
  }

  #checkFunction(node: Node): void {
    const name = String(node['function_name']).toLowerCase();
    // The parser itself calls some of its own by `main`.
    const isElsewhere = Boolean(node['catalog']) || (Boolean(node['schema']) && node['schema'] !== 'main');
    if (isElsewhere || !ALLOWED_FUNCTIONS.has(name)) throw this.fault('SQL_FORBIDDEN', notAllowed(name), positionOf(node));
    if (VOLATILE_FUNCTIONS.has(name)) this.isVolatile = true;
  }
}

function notAllowed(name: string): string {
  const near = [...ALLOWED_FUNCTIONS].filter((allowed) => name.length > 2 && (allowed.includes(name) || name.includes(allowed)) && allowed.length > 2);
  const hint =
    near.length === 0
      ? ''
      : ` (there is ${near
          .toSorted((a, b) => Math.abs(a.length - name.length) - Math.abs(b.length - name.length))
          .slice(0, 3)
          .join(', ')})`;
  return `The function ${name}() may not be used, or there is none${hint}`;
}

/** DuckDB marks an unknown position by the largest 64-bit number. */
function positionOf(node: Node): number {
  const position = Number(node['query_location'] ?? 0);
  return position < Number.MAX_SAFE_INTEGER ? position : 0;
}

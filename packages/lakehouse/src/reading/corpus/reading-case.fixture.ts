import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReadingDefinition, SourceFormat } from '@millrace/contracts';
import { expect } from 'vitest';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from '../../engine/sql-text.ts';
import { createSourceView } from '../../sources/source-view.ts';
import { REJECTS_TABLE } from '../staged-rows.ts';

/** What a file, or several files of one source, should be read as. */
export interface ReadingCase {
  readonly name: string;
  /** Content by file name; or the content of one file of the format. */
  readonly files: string | Buffer | Readonly<Record<string, string | Buffer>>;
  readonly format?: SourceFormat;
  readonly reading?: ReadingDefinition;
  /** The right table: a line with `name:type` of each column, then a line a row, cells told apart by ` | `, `∅` for no value and `""` for an empty text. */
  readonly table?: string;
  /** Rows that are set aside: a line each, `line: part of the reason`. */
  readonly quarantine?: string;
  /** The right refusal: code, and what the message says. */
  readonly refused?: readonly [code: string, ...parts: string[]];
}

const SUFFIX: Readonly<Record<SourceFormat, string>> = { CSV: 'csv', NDJSON: 'ndjson', PARQUET: 'parquet' };

/** Writes the files of a case into a folder of its own and returns their paths. */
export async function writeCase(folder: string, { files, format = 'CSV' }: ReadingCase): Promise<string[]> {
  const named = typeof files === 'string' || Buffer.isBuffer(files) ? { [`data.${SUFFIX[format]}`]: files } : files;
  const paths: string[] = [];
  for (const [name, content] of Object.entries(named)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    paths.push(path);
  }
  return paths;
}

/** The table and the quarantine of a source in the form of a case. */
export async function readCase(
  connection: DuckDBConnection,
  files: readonly string[],
  { format = 'CSV', reading }: ReadingCase,
): Promise<{ table: string; quarantine: string[] }> {
  const found = await createSourceView(connection, { name: 'data', format, files, ...(reading === undefined ? {} : { reading }) });
  const cells = found.columns
    .map(({ name }) => `coalesce(CASE CAST(${quoteName(name)} AS VARCHAR) WHEN '' THEN '""' ELSE CAST(${quoteName(name)} AS VARCHAR) END, '∅')`)
    .join(', ');
  const rows = (await connection.runAndReadAll(`SELECT ${cells} FROM data`)).getRows();
  const head = found.columns.map(({ name, type }) => `${name}:${type}`).join(' | ');
  const rejected = format === 'PARQUET' ? [] : (await connection.runAndReadAll(`SELECT line, reason FROM ${REJECTS_TABLE}`)).getRows();
  return {
    table: [head, ...rows.map((row) => row.map((cell) => String(cell).replaceAll('\n', '⏎')).join(' | '))].join('\n'),
    quarantine: rejected.map(([line, reason]) => `${String(line)}: ${String(reason)}`),
  };
}

/** Holds what was read, or why it was not, against what a case says. */
export async function checkRead(
  read: Promise<{ table: string; quarantine: string[] }>,
  { table, quarantine = '', refused }: Omit<ReadingCase, 'files'>,
): Promise<void> {
  if (refused !== undefined) {
    const [code, ...parts] = refused;
    const error: unknown = await read.then(
      (found) => ({ code: 'read', message: found.table }),
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code });
    for (const part of parts) expect((error as Error).message).toContain(part);
    return;
  }
  const found = await read;
  expect(found.table).toBe(tableText(table ?? ''));
  const lines = tableText(quarantine)
    .split('\n')
    .filter((line) => line !== '');
  expect(found.quarantine).toHaveLength(lines.length);
  for (const [index, line] of lines.entries()) expect(found.quarantine[index]).toContain(line);
}

/** A table of a case without its margins. */
function tableText(table: string): string {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** `text` as rows with the given separator, from lines; for cases that need many rows. */
export function manyLines(count: number, line: (index: number) => string): string {
  return `${Array.from({ length: count }, (_, index) => line(index)).join('\n')}\n`;
}

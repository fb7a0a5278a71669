import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ReadingDefinition, SourceFormat } from '@millrace/contracts';
import { expect } from 'vitest';
import { withTrustedDatabase } from '../../engine/trusted-database.ts';
import { quoteName } from '../../engine/sql-text.ts';
import { createSourceView } from '../../sources/source-view.ts';
import type { RandomText } from './random-texts.fixture.ts';
import { REJECTS_TABLE } from '../staged-rows.ts';

/** All that a source was read as: its columns with their types, every value as text, the rows that were set aside; or why it was refused. */
export interface BothWays {
  readonly plainly: unknown;
  readonly slowly: unknown;
  /** Files that DuckDB read. */
  readonly plainFiles: number;
}

/** Reads texts that are made up from seeds both ways; more than a fifth of them are to be plain. */
export async function checkMadeUp(folder: string, make: (seed: number) => RandomText, from: number, count: number): Promise<void> {
  let plainFiles = 0;
  await withTrustedDatabase({ threads: 1 }, async (connection) => {
    for (let seed = from; seed < from + count; seed += 1) {
      const { text, ...how } = make(seed);
      const path = join(folder, `random.${how.format.toLowerCase()}`);
      await writeFile(path, text);
      const both = await readBothWays(connection, [path], how);
      expect(both.plainly, `seed ${seed}`).toEqual(both.slowly);
      plainFiles += both.plainFiles;
    }
  });
  expect(plainFiles).toBeGreaterThan(count / 5);
}

let sources = 0;

/** Reads a source as it is read, and without the way for plain files. */
export async function readBothWays(
  connection: DuckDBConnection,
  files: readonly string[],
  { format = 'CSV', reading }: { readonly format?: SourceFormat; readonly reading?: ReadingDefinition | undefined },
): Promise<BothWays> {
  const source = { format, files, ...(reading === undefined ? {} : { reading }) };
  const plainly = await outcomeOf(connection, source, false);
  const slowly = await outcomeOf(connection, source, true);
  return { plainly: plainly.outcome, slowly: slowly.outcome, plainFiles: plainly.plainFiles };
}

async function outcomeOf(
  connection: DuckDBConnection,
  source: { readonly format: SourceFormat; readonly files: readonly string[]; readonly reading?: ReadingDefinition },
  isReadSlowly: boolean,
): Promise<{ outcome: unknown; plainFiles: number }> {
  const name = `source_${(sources += 1)}`;
  await connection.run(`DROP TABLE IF EXISTS ${REJECTS_TABLE}`);
  try {
    const { columns, widened, form, rejected, plainFiles } = await createSourceView(connection, { name, ...source, isReadSlowly });
    const values = columns.map((column) => `${quoteName(column.name)}::VARCHAR`).join(', ');
    const types = columns.map((column) => `any_value(typeof(${quoteName(column.name)}))`).join(', ');
    const rows = (await connection.runAndReadAll(`SELECT ${values} FROM ${name}`)).getRows();
    const [kinds] = (await connection.runAndReadAll(`SELECT ${types} FROM ${name}`)).getRows();
    const aside = (await connection.runAndReadAll(`SELECT file, line, reason, row_text FROM ${REJECTS_TABLE} ORDER BY ALL`)).getRowsJson();
    return { outcome: { columns, kinds, widened, form, rejected, rows, aside }, plainFiles };
  } catch (error) {
    const { code, message, fields } = error as { code?: string; message?: string; fields?: unknown };
    if (code === undefined) throw error;
    return { outcome: { code, message: message?.replaceAll(name, 'source'), fields: JSON.stringify(fields).replaceAll(name, 'source') }, plainFiles: 0 };
  } finally {
    await connection.run(`DROP VIEW IF EXISTS ${name}; DROP TABLE IF EXISTS ${quoteName(`__millrace_source_${name}`)}`);
  }
}

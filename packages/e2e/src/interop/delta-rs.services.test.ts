import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendRows, cleanLog, compactTable, vacuumTable } from '@millrace/lakehouse';
import { temporaryFolder } from '@millrace/testing';
import { expect, test } from 'vitest';
import { python } from './python.ts';

const COLUMNS = [
  { name: 'id', type: 'string', nullable: false },
  { name: 'value', type: 'long', nullable: true },
  { name: 'month', type: 'integer', nullable: false },
] as const;

test('delta-rs reads what we wrote: partitions, nulls, a checkpoint, an older version', async () => {
  const folder = await temporaryFolder();
  const table = join(folder.path, 'table');
  for (let version = 0; version < 12; version++) {
    const file = join(folder.path, `${version}.ndjson`);
    const rows = Array.from({ length: 10 }, (_, row) => ({ id: `${version}-${row}`, value: row === 0 ? null : row, month: row % 3 }));
    await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    await appendRows({ table, files: [file], columns: COLUMNS, partitionBy: ['month'], transaction: { appId: 'interop', version } });
  }
  expect(await python('read_delta.py', table)).toEqual({
    version: 11,
    rows: 120,
    columns: ['id', 'month', 'value'],
    partitions: ['month'],
    total: 12 * 45,
    nulls: 12,
  });
  expect(await python('read_delta.py', table, '3')).toMatchObject({ version: 3, rows: 40, total: 4 * 45 });
  await folder.remove();
});

test('delta-rs reads a table that was compacted, whose log was cleaned, and that was vacuumed', async () => {
  const folder = await temporaryFolder();
  const table = join(folder.path, 'table');
  for (let version = 0; version < 24; version++) {
    const file = join(folder.path, `${version}.ndjson`);
    const rows = Array.from({ length: 10 }, (_, row) => ({ id: `${version}-${row}`, value: row === 0 ? null : row, month: row % 3 }));
    await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    await appendRows({ table, files: [file], columns: COLUMNS, partitionBy: ['month'], transaction: { appId: `append ${version}`, version: 1 } });
  }
  expect(await compactTable(table, { sortBy: 'id' })).toEqual({ removed: 72, added: 3, rows: 240 });
  const lastMonth = new Date(Date.now() - 30 * 86_400_000);
  for (const name of await readdir(table, { recursive: true })) await utimes(join(table, name), lastMonth, lastMonth);
  expect(await cleanLog(table, { retentionMilliseconds: 3_600_000 })).toBeGreaterThan(15);
  expect(await vacuumTable(table, { stagedMilliseconds: 3_600_000, retentionMilliseconds: 0 })).toMatchObject({ files: 72 });
  expect(await python('read_delta.py', table)).toMatchObject({ rows: 240, total: 24 * 45, nulls: 24 });
  await folder.remove();
});

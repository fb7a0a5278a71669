import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { MillraceError } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reading } from '../sources/source-view.ts';
import { ComposedSql } from './composed-sql.ts';
import { sqlFaultOf } from './sql-fault.ts';
import { quoteText } from './sql-text.ts';
import { withTrustedDatabase } from './trusted-database.ts';

/*
 * Real errors of the operating system, for any account: a link to /dev/full is a full disk, /proc/self/mem is a file that cannot be read.
 */

let folder: string;
let full: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-trouble-'));
  full = join(folder, 'full.parquet');
  await symlink('/dev/full', full);
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  await connection.run('SET errors_as_json = true');
});
afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true });
});

const UNREADABLE = `SELECT * FROM read_json('/proc/self/mem', format = 'newline_delimited')`;
const failureOf = async (sql: string): Promise<unknown> =>
  connection.run(sql).then(
    () => new Error('it worked'),
    (error: unknown) => error,
  );
const storageFault = expect.objectContaining({ code: 'STORAGE_UNAVAILABLE', retryable: true }) as unknown;

describe('a disk that cannot be used is never the fault of the data', () => {
  it.each([
    ['no room', () => `COPY (SELECT * FROM range(100000)) TO ${quoteText(full)} (FORMAT parquet, USE_TMP_FILE false)`],
    ['an input/output error', () => UNREADABLE],
    ['a file that was there', () => `SELECT * FROM read_parquet(${quoteText(join(folder, 'gone.parquet'))})`],
    ['a folder that became a file', () => `SELECT * FROM read_parquet(${quoteText(join(full, 'part.parquet'))})`],
  ])('in SQL of a user: %s', async (_name, sql) => {
    const fault = sqlFaultOf(await failureOf(sql()), new ComposedSql().addUser('transform', sql()));
    expect((fault as { toJSON(): object }).toJSON()).toEqual(storageFault);
  });

  it('where a source is opened', async () => {
    const source = { name: 'events', format: 'NDJSON', files: ['/proc/self/mem'] } as const;
    const fault: unknown = await reading(source, () => connection.run(UNREADABLE)).catch((error: unknown) => error);
    expect((fault as { toJSON(): object }).toJSON()).toEqual(storageFault);
  });

  it('in SQL of ours, without JSON', async () => {
    await expect(
      withTrustedDatabase({}, (own) => own.run(`COPY (SELECT * FROM range(100000)) TO ${quoteText(full)} (FORMAT parquet, USE_TMP_FILE false)`)),
    ).rejects.toEqual(storageFault);
    await expect(withTrustedDatabase({}, (own) => own.run(UNREADABLE))).rejects.toEqual(storageFault);
  });

  it.each(['ENOSPC', 'EDQUOT', 'EIO', 'EACCES', 'EROFS', 'ESTALE', 'EMFILE', 'ENFILE', 'ETIMEDOUT', 'EBUSY'])('as %s of a file operation', (code) => {
    const error = Object.assign(new Error(`${code}: something about the disk, open '/lake/part-1.parquet'`), { code, path: '/lake/part-1.parquet' });
    expect(MillraceError.wrap(error)).toEqual(storageFault);
    expect(MillraceError.wrap(error).fields).toEqual({ errno: code });
    expect((sqlFaultOf(error, new ComposedSql().add('SELECT 1')) as { toJSON(): object }).toJSON()).toEqual(storageFault);
  });
});

describe('bad data stays bad data', () => {
  it('whatever a bad line says', async () => {
    const path = join(folder, 'words.csv');
    await writeFile(path, 'n,word\n1,fine\nx,IO Error: No space left on device\n2,: Permission denied\n');
    const sql = `SELECT * FROM read_csv(${quoteText(path)}, columns = {n: 'INTEGER', word: 'VARCHAR'}, header = true)`;
    const fault = sqlFaultOf(await failureOf(sql), new ComposedSql().add(sql));
    expect(fault).toMatchObject({ code: 'SOURCE_CORRUPT' });
  });

  it('when the file is cut off', async () => {
    const path = join(folder, 'cut.parquet');
    await writeFile(path, Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(300)]));
    const sql = `SELECT * FROM read_parquet(${quoteText(path)})`;
    expect(sqlFaultOf(await failureOf(sql), new ComposedSql().add(sql))).toMatchObject({ code: 'SOURCE_CORRUPT' });
  });

  it('and a socket that timed out is no storage', () => {
    const error = Object.assign(new Error('connect ETIMEDOUT 10.0.0.1:5432'), { code: 'ETIMEDOUT', address: '10.0.0.1', port: 5432 });
    expect(MillraceError.wrap(error).code).toBe('INTERNAL');
  });
});

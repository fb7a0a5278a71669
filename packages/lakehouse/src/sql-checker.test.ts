import { pipelineDefinitionSchema, type PipelineDefinition } from '@millrace/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SqlChecker } from './sql-checker.ts';

let checker: SqlChecker;
beforeEach(() => {
  checker = new SqlChecker();
});
afterEach(() => checker.close());

const pipeline = (transform: string): PipelineDefinition =>
  pipelineDefinitionSchema.parse({ sources: [{ name: 'f', dataSourceId: 'src_1' }], transform, dataset: 'd' });
const FINE = pipeline('SELECT * FROM f');
const codeOf = (checked: Promise<void>): Promise<string> =>
  checked.then(
    () => 'fine',
    (error: { code: string }) => error.code,
  );

it('one workspace keeps no other from saving, however many pipelines it saves at once', async () => {
  const greedy = Array.from({ length: 20 }, () => codeOf(checker.check(FINE, 'ws_greedy')));
  const modest = codeOf(checker.check(FINE, 'ws_modest'));
  expect((await Promise.all(greedy)).filter((code) => code === 'fine')).toHaveLength(2);
  expect(await modest).toBe('fine');
  expect(await codeOf(checker.check(FINE, 'ws_greedy'))).toBe('fine');
});

it.each([
  ['parentheses', `SELECT ${'('.repeat(40_000)}1`, 'SQL_INVALID'],
  ['additions', `SELECT 1${' + 1'.repeat(20_000)}`, 'SQL_INVALID'],
  ['subqueries', `SELECT * FROM ${'(SELECT * FROM '.repeat(5000)}f${')'.repeat(5000)}`, 'SQL_INVALID'],
  ['unions', `SELECT 1${' UNION SELECT 1'.repeat(5000)}`, 'fine'],
])('tens of thousands of %s end, and the next is checked', async (_what, sql, code) => {
  expect(await codeOf(checker.check(pipeline(sql), 'ws_1'))).toBe(code);
  expect(await codeOf(checker.check(FINE, 'ws_1'))).toBe('fine');
});

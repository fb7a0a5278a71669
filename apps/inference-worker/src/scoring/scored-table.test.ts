import { expect, it } from 'vitest';
import { requireDistinctColumns } from './scored-table.ts';

it.each([
  ['a key that has the name of an output', ['id', 'score'], ['score'], 'score'],
  ['a key that differs from an output only in case', ['Score'], ['score'], 'Score'],
  ['a key that is there twice', ['id', 'id'], ['score'], 'id'],
  ['a key named like the version', ['model_version_id'], ['score'], 'model_version_id'],
  ['a key named like the time', ['scored_at'], ['score'], 'scored_at'],
  ['a key named like the rejection', ['REJECTION'], ['score'], 'REJECTION'],
  ['an output named like the rejection', ['id'], ['rejection'], 'rejection'],
  ['two outputs that become one column', ['id'], ['score', 'score_0', 'score_0'], 'score_0'],
])('%s is refused by name', (_what, keys, outputs, column) => {
  expect(() => requireDistinctColumns(keys, outputs)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', fields: { column } }));
});

it('columns that are all different pass', () => {
  requireDistinctColumns(['id', 'day'], ['score', 'label_0', 'label_1']);
});

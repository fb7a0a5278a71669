import type { Column, Signature } from '@millrace/contracts';
import { expect, it } from 'vitest';
import { requireKeyColumns } from './check-scoring.ts';

const columns = (...names: string[]): Column[] => names.map((name) => ({ name, type: 'string', nullable: true }));

function signatureWith(...outputs: [name: string, width: number][]): Signature {
  return { features: [], inputs: [], outputs: outputs.map(([name, width]) => ({ name, datatype: 'FP32', shape: [-1, width] })) } as unknown as Signature;
}

it.each(['model_version_id', 'scored_at', 'rejection', 'Rejection', 'score', 'SCORE', 'label_1'])(
  'the key column %s, which is written anyway, is refused',
  (name) => {
    expect(() => requireKeyColumns(['id', name], signatureWith(['score', 1], ['label', 2]), columns('id', name))).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: `input.keyColumns.1: "${name}" is the name of a column of predictions.` }),
    );
  },
);

it.each([
  ['rejection', signatureWith(['rejection', 1])],
  ['Scored_At', signatureWith(['Scored_At', 1])],
  ['score_0', signatureWith(['score', 2], ['score_0', 1])],
])('a model whose outputs would make the column %s twice is refused', (name, signature) => {
  expect(() => requireKeyColumns([], signature, columns('id'))).toThrow(
    expect.objectContaining({ code: 'BAD_INPUT', fields: { path: 'input.modelVersionId' }, message: expect.stringContaining(`"${name}"`) }),
  );
});

it('key columns that differ only in case are one', () => {
  expect(() => requireKeyColumns(['id', 'ID'], signatureWith(['score', 1]), columns('id', 'ID'))).toThrow('input.keyColumns.1: "ID" is there twice.');
  requireKeyColumns(['id', 'day'], signatureWith(['score', 1]), columns('id', 'day'));
});

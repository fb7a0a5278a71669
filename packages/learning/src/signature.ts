import type { Signature } from '@millrace/contracts';
import { SCORE_OUTPUT, type Feature } from './features.ts';

/** The signature of a model on `features`: one vector per raw column in, the vector of probabilities out. */
export function signatureOf(features: readonly Feature[]): Signature {
  return {
    inputs: features.map(({ column, datatype }) => ({ name: column.name, datatype, shape: [-1] })),
    outputs: [{ name: SCORE_OUTPUT, datatype: 'FP32', shape: [-1] }],
    features: features.map(({ column }) => column),
  };
}

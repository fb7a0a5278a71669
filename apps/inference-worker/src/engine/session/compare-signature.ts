import { MillraceError, type Signature, type TensorSpec } from '@millrace/contracts';
import type { GraphInterface } from './onnx-runtime.ts';

/**
 * Throws `SIGNATURE_MISMATCH` unless the graph declares exactly the tensors of the signature: same names and datatypes, and same shapes of
 * inputs. Shapes of outputs are what exporters often get wrong and no runtime holds a graph to: they are taken from what it gives.
 */
export function compareSignature(signature: Signature, graph: GraphInterface): void {
  compareSide('input', signature.inputs, graph.inputs, sameShape);
  compareSide('output', signature.outputs, graph.outputs, () => true);
}

function compareSide(side: 'input' | 'output', expected: readonly TensorSpec[], given: readonly TensorSpec[], fits: typeof sameShape): void {
  for (const tensor of expected) {
    const actual = given.find(({ name }) => name === tensor.name);
    if (actual === undefined) throw mismatch(side, tensor.name, describe(tensor), 'nothing');
    if (actual.datatype !== tensor.datatype || !fits(tensor.shape, actual.shape)) throw mismatch(side, tensor.name, describe(tensor), describe(actual));
  }
  const surplus = given.find(({ name }) => !expected.some((tensor) => tensor.name === name));
  if (surplus !== undefined) throw mismatch(side, surplus.name, 'nothing', describe(surplus));
}

/** A graph that leaves a dimension open agrees with any signature; a fixed dimension must be the same. */
function sameShape(expected: readonly number[], given: readonly number[]): boolean {
  return expected.length === given.length && expected.every((dimension, axis) => given[axis] === -1 || given[axis] === dimension);
}

function describe(tensor: TensorSpec): string {
  return `${tensor.datatype} [${tensor.shape.join(',')}]`;
}

function mismatch(side: string, tensor: string, expected: string, given: string): MillraceError {
  return new MillraceError('SIGNATURE_MISMATCH', `${side} "${tensor}": the signature has ${expected}, the model has ${given}`, {
    fields: { side, tensor, expected, given },
  });
}

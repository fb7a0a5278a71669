import { MillraceError, type Signature, type TensorSpec } from '@millrace/contracts';

/** Fails with `SIGNATURE_MISMATCH` unless a request for one version is a request for the other: the same inputs, in any order. */
export function requireSameInputs(live: Signature, other: Signature): void {
  for (const expected of live.inputs) {
    const given = other.inputs.find(({ name }) => name === expected.name);
    if (given === undefined || described(given) !== described(expected)) throw mismatch(expected.name, described(expected), described(given));
  }
  const surplus = other.inputs.find(({ name }) => live.inputs.every((input) => input.name !== name));
  if (surplus !== undefined) throw mismatch(surplus.name, described(undefined), described(surplus));
}

function described(tensor: TensorSpec | undefined): string {
  return tensor === undefined ? 'nothing' : `${tensor.datatype} [${tensor.shape.join(',')}]`;
}

function mismatch(tensor: string, expected: string, given: string): MillraceError {
  return new MillraceError(
    'SIGNATURE_MISMATCH',
    `input.modelVersionId: the input "${tensor}" is ${expected} in the live version and ${given} in this one. Choose a version that takes the same inputs.`,
    { fields: { path: 'input.modelVersionId', tensor, expected, given } },
  );
}

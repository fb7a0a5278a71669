import type { TensorSpec } from '@millrace/contracts';

/** Where two lists of tensors differ: the tensor, what was expected and what is there. */
export interface TensorDifference {
  readonly tensor: string;
  readonly expected: string;
  readonly given: string;
}

/** The first tensor of `expected` that is not in `given` with the same datatype and shape; with `exact`, also one that `given` has beyond them. An open dimension of `given` agrees with any; without `shapes`, any shape does. */
export function firstDifference(
  expected: readonly TensorSpec[],
  given: readonly TensorSpec[],
  { exact, shapes = true }: { readonly exact: boolean; readonly shapes?: boolean },
): TensorDifference | undefined {
  for (const tensor of expected) {
    const other = given.find(({ name }) => name === tensor.name);
    if (other === undefined || other.datatype !== tensor.datatype || (shapes && !sameShape(tensor.shape, other.shape))) {
      return { tensor: tensor.name, expected: describe(tensor), given: other === undefined ? 'nothing' : describe(other) };
    }
  }
  const surplus = exact ? given.find(({ name }) => !expected.some((tensor) => tensor.name === name)) : undefined;
  return surplus === undefined ? undefined : { tensor: surplus.name, expected: 'nothing', given: describe(surplus) };
}

function sameShape(expected: readonly number[], given: readonly number[]): boolean {
  return expected.length === given.length && expected.every((dimension, axis) => given[axis] === -1 || given[axis] === dimension);
}

function describe({ datatype, shape }: TensorSpec): string {
  return `${datatype} [${shape.join(',')}]`;
}

import { MillraceError, type AssignedVersion, type TensorSpec } from '@millrace/contracts';
import { isBatchable } from '../engine/served-version.ts';
import type { NamedTensors, Tensor } from '../engine/tensor.ts';
import type { InferInput } from './infer-request.ts';

/** The inputs of one request as the model takes them, and how many rows they hold. */
export interface CheckedInputs {
  readonly tensors: NamedTensors;
  readonly rows: number;
}

/** Checks the inputs against the signature: every one present, none unknown, datatype, shape and batch size agree. Throws a `BAD_INPUT` that names the tensor. */
export function checkInputs(version: AssignedVersion, inputs: readonly InferInput[]): CheckedInputs {
  const specs = version.signature.inputs;
  const byName = new Map(inputs.map((input) => [input.name, input]));
  const unknown = inputs.find((input) => !specs.some((spec) => spec.name === input.name));
  if (unknown !== undefined)
    throw new MillraceError('BAD_INPUT', `unknown input "${unknown.name}"; the model takes ${specs.map((spec) => `"${spec.name}"`).join(', ')}`);

  const batchable = isBatchable(version);
  let rows: number | undefined;
  const tensors: Record<string, Tensor> = {};
  for (const spec of specs) {
    const input = byName.get(spec.name);
    if (input === undefined) throw new MillraceError('BAD_INPUT', `missing input "${spec.name}"; expected ${spec.datatype} [${spec.shape.join(',')}]`);
    checkAgainst(spec, input);
    const first = input.shape[0] ?? 1;
    rows ??= first;
    if (batchable && first !== rows)
      throw new MillraceError('BAD_INPUT', `input "${spec.name}": expected ${rows} rows as in input "${specs[0]?.name}", given ${first}`);
    tensors[spec.name] = { datatype: spec.datatype, shape: input.shape, data: input.data };
  }
  return { tensors, rows: rows ?? 0 };
}

function checkAgainst(spec: TensorSpec, input: InferInput): void {
  if (input.datatype !== spec.datatype)
    throw new MillraceError('BAD_INPUT', `input "${spec.name}": expected datatype ${spec.datatype}, given ${input.datatype}`);
  const fits = input.shape.length === spec.shape.length && spec.shape.every((dimension, axis) => dimension === -1 || dimension === input.shape[axis]);
  if (!fits) throw new MillraceError('BAD_INPUT', `input "${spec.name}": expected shape [${spec.shape.join(',')}], given [${input.shape.join(',')}]`);
  if (input.shape.includes(0))
    throw new MillraceError('BAD_INPUT', `input "${spec.name}": expected at least one value, given shape [${input.shape.join(',')}]`);
}

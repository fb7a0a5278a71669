import { MillraceError, type TensorSpec } from '@millrace/contracts';
import type { ServedVersion } from '../engine/served-version.ts';
import type { NamedTensors, Tensor } from '../engine/tensor/tensor.ts';
import type { InferInput } from './infer-request.ts';

/** The inputs of one request as the model takes them, and how many rows they hold. */
export interface CheckedInputs {
  readonly tensors: NamedTensors;
  readonly rows: number;
}

/** Checks the inputs against the signature: every one present, none unknown, datatype, shape and batch size agree. Throws a `BAD_INPUT` that names the tensor. */
export function checkInputs({ assigned, batchable }: Pick<ServedVersion, 'assigned' | 'batchable'>, inputs: readonly InferInput[]): CheckedInputs {
  const specs = assigned.signature.inputs;
  const tensors: Record<string, Tensor> = {};
  let rows: number | undefined;
  for (const [index, spec] of specs.entries()) {
    const input = inputs[index]?.name === spec.name ? inputs[index] : inputs.find(({ name }) => name === spec.name);
    if (input === undefined) throw missing(spec, specs, inputs);
    checkAgainst(spec, input);
    const first = input.shape[0] ?? 1;
    rows ??= first;
    if (batchable && first !== rows) throw bad(`input "${spec.name}": expected ${rows} rows as in input "${specs[0]?.name}", given ${first}`);
    tensors[spec.name] = input;
  }
  if (inputs.length !== specs.length) refuseSurplus(specs, inputs);
  return { tensors, rows: rows ?? 0 };
}

function checkAgainst({ name, datatype, shape: expected }: TensorSpec, { datatype: given, shape }: InferInput): void {
  if (given !== datatype) throw bad(`input "${name}": expected datatype ${datatype}, given ${given}`);
  let fits = shape.length === expected.length;
  let isEmpty = false;
  for (let axis = 0; fits && axis < shape.length; axis++) {
    fits = expected[axis] === -1 || expected[axis] === shape[axis];
    isEmpty ||= shape[axis] === 0;
  }
  if (!fits) throw bad(`input "${name}": expected shape [${expected.join(',')}], given [${shape.join(',')}]`);
  if (isEmpty) throw bad(`input "${name}": expected at least one value, given shape [${shape.join(',')}]`);
}

/** A misspelt name explains a missing input better than its absence does. */
function missing(spec: TensorSpec, specs: readonly TensorSpec[], inputs: readonly InferInput[]): MillraceError {
  refuseSurplus(specs, inputs);
  return bad(`missing input "${spec.name}"; expected ${spec.datatype} [${spec.shape.join(',')}]`);
}

function refuseSurplus(specs: readonly TensorSpec[], inputs: readonly InferInput[]): void {
  const seen = new Set<string>();
  for (const { name } of inputs) {
    if (!specs.some((spec) => spec.name === name)) throw bad(`unknown input "${name}"; the model takes ${specs.map((spec) => `"${spec.name}"`).join(', ')}`);
    if (seen.has(name)) throw bad(`input "${name}" is given twice`);
    seen.add(name);
  }
}

function bad(message: string): MillraceError {
  return new MillraceError('BAD_INPUT', message);
}

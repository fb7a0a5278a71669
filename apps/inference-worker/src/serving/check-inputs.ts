import { MillraceError, type TensorSpec } from '@millrace/contracts';
import type { ServedVersion } from '../engine/served-version.ts';
import type { NamedTensors, Tensor, TensorData } from '../engine/tensor/tensor.ts';
import { asColumn } from './as-column.ts';
import type { InferInput } from './infer-request.ts';

/** The inputs of one request as the model takes them, and how many rows they hold; a model may take none. */
export interface CheckedInputs {
  readonly tensors: NamedTensors;
  readonly rows: number;
}

/** Checks the inputs against the signature: every one present, none unknown, datatype, shape and batch size agree. Columns that the model was trained on are taken in the datatype of the column, too: see `asColumn`. Throws a `BAD_INPUT` that names the tensor. */
export function checkInputs({ assigned, batchable }: Pick<ServedVersion, 'assigned' | 'batchable'>, inputs: readonly InferInput[]): CheckedInputs {
  const specs = assigned.signature.inputs;
  const tensors: Record<string, Tensor> = {};
  let rows: number | undefined;
  let agree = true;
  for (const [index, spec] of specs.entries()) {
    const given = inputs[index]?.name === spec.name ? inputs[index] : inputs.find(({ name }) => name === spec.name);
    if (given === undefined) throw missing(spec, specs, inputs);
    const input = asColumn(spec, given, assigned.signature.features);
    checkAgainst(spec, input);
    const first = input.shape[0] ?? 1;
    rows ??= first;
    agree &&= first === rows;
    if (batchable && !agree) throw bad(`input "${spec.name}": expected ${rows} rows as in input "${specs[0]?.name}", given ${first}`);
    tensors[spec.name] = input;
  }
  if (inputs.length !== specs.length) refuseSurplus(specs, inputs);
  // Without rows that all inputs have, the request is one.
  return { tensors, rows: agree ? (rows ?? 1) : 1 };
}

function checkAgainst({ name, datatype, shape: expected }: TensorSpec, { datatype: given, shape, data }: InferInput): void {
  if (given !== datatype) throw bad(`input "${name}": expected datatype ${datatype}, given ${given}`);
  let fits = shape.length === expected.length;
  for (let axis = 0; fits && axis < shape.length; axis++) fits = expected[axis] === -1 || expected[axis] === shape[axis];
  if (!fits) throw bad(`input "${name}": expected shape [${expected.join(',')}], given [${shape.join(',')}]`);
  if (datatype === 'BYTES') refuseNul(name, data);
}

/** ONNX Runtime ends texts at the first NUL without a word, so that the model would see something else than was sent. */
function refuseNul(name: string, data: TensorData): void {
  const index = Array.isArray(data) ? data.findIndex((text) => text.includes('\0')) : -1;
  if (index !== -1) throw bad(`input "${name}": value ${index} holds a NUL character, which models cannot be given; send the text without it`);
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

import { MillraceError, type Column, type Signature, type TensorSpec } from '@millrace/contracts';
import type { BatchValueKind, BatchValues, MappedInput, MappedOutput } from '@millrace/lakehouse';
import { allocateData, type NamedTensors, type Tensor, type TensorData } from '../engine/tensor/tensor.ts';

/** How the columns of a table become the inputs of a model, and its outputs become columns. */
export interface ScoringColumns {
  readonly inputs: readonly MappedInput[];
  readonly outputs: readonly MappedOutput[];
  /** The number of rows of each run where the model fixes it; undefined where it takes any number. */
  readonly fixedRows: number | undefined;
  /** The tensors of the rows `from` (inclusive) to `to` (exclusive). */
  bind(columns: readonly BatchValues[], from: number, to: number): NamedTensors;
  /** Writes what a run gave for the rows `from` to `to` into the columns of the outputs. */
  unbind(outputs: NamedTensors, columns: readonly BatchValues[], from: number, to: number): void;
}

interface BoundTensor {
  readonly spec: TensorSpec;
  readonly width: number;
  /** The first of the `width` columns that this tensor is made of. */
  readonly first: number;
}

/**
 * An input of one value per row is the column of its name; the only input of a model may also hold one value per feature, in the
 * order of the signature's features. An output of k values per row becomes the columns `name_0` to `name_<k-1>`.
 * Throws `BAD_INPUT` that names the tensors that have no columns, or cannot be columns.
 */
export function scoringColumns(signature: Signature, schema: readonly Column[]): ScoringColumns {
  const inputs: MappedInput[] = [];
  const boundInputs = signature.inputs.map((spec): BoundTensor => {
    const width = widthOf('input', spec);
    const first = inputs.length;
    for (const column of columnsOf(spec, width, signature)) {
      const kind = kindOf('input', spec);
      // A model that was trained on the column takes a missing text as an empty one, as a node that serves it does.
      inputs.push({ column, kind, emptyText: kind === 'BYTES' && signature.features.some(({ name }) => name === column) });
    }
    return { spec, width, first };
  });
  requireColumns(inputs, schema);
  const outputs: MappedOutput[] = [];
  const boundOutputs = signature.outputs.map((spec): BoundTensor => {
    const width = widthOf('output', spec);
    const first = outputs.length;
    for (let index = 0; index < width; index++) outputs.push({ column: width === 1 ? spec.name : `${spec.name}_${index}`, kind: kindOf('output', spec) });
    return { spec, width, first };
  });
  return {
    inputs,
    outputs,
    fixedRows: fixedRowsOf(signature),
    bind: (columns, from, to) => Object.fromEntries(boundInputs.map((bound) => [bound.spec.name, gather(bound, columns, from, to)])),
    unbind: (answer, columns, from, to) => {
      for (const bound of boundOutputs) scatter(bound, answer[bound.spec.name], columns, from, to);
    },
  };
}

function columnsOf(spec: TensorSpec, width: number, { inputs, features }: Signature): readonly string[] {
  if (width === 1) return [spec.name];
  if (inputs.length === 1 && features.length === width) return features.map(({ name }) => name);
  throw new MillraceError('BAD_INPUT', `input "${spec.name}" takes ${width} values per row, and the signature does not say from which columns`, {
    fields: { input: spec.name, width },
  });
}

function requireColumns(inputs: readonly MappedInput[], schema: readonly Column[]): void {
  const present = schema.map(({ name }) => name);
  const missing = inputs.map(({ column }) => column).filter((name) => !present.includes(name));
  if (missing.length > 0)
    throw new MillraceError('BAD_INPUT', `the dataset has no column ${missing.map((name) => `"${name}"`).join(', ')}; it has ${present.join(', ')}`, {
      fields: { missing },
    });
}

function widthOf(side: string, { name, shape }: TensorSpec): number {
  const width = shape.slice(1).reduce((product, dimension) => product * dimension, 1);
  if (shape.length === 0 || width < 1)
    throw new MillraceError('BAD_INPUT', `${side} "${name}" of shape [${shape.join(',')}] has no fixed number of values per row, so it cannot be columns`, {
      fields: { name, shape },
    });
  return width;
}

function kindOf(side: string, { name, datatype }: TensorSpec): BatchValueKind {
  if (datatype === 'FP16' || datatype === 'BF16')
    throw new MillraceError('BAD_INPUT', `${side} "${name}" is ${datatype}, which a table cannot hold; cast to FP32 inside the graph`, {
      fields: { name, datatype },
    });
  return datatype;
}

/** Every input leaves the number of rows open, or all fix the same one. What outputs declare of it is often wrong, and seen when they come. */
function fixedRowsOf({ inputs }: Signature): number | undefined {
  const sizes = new Set(inputs.map(({ shape }) => shape[0]));
  const [size = -1] = sizes;
  if (sizes.size > 1) throw new MillraceError('BAD_INPUT', `the inputs of the model have different numbers of rows: ${[...sizes].join(', ')}`);
  if (size > 1)
    throw new MillraceError('BAD_INPUT', `the model takes exactly ${size} rows in each run; only models that take one, or any number, can score tables`);
  return size === -1 ? undefined : size;
}

function gather({ spec, width, first }: BoundTensor, columns: readonly BatchValues[], from: number, to: number): Tensor {
  const shape = [to - from, ...spec.shape.slice(1)];
  const column = columns[first] ?? [];
  if (width === 1) return { datatype: spec.datatype, shape, data: Array.isArray(column) ? column.slice(from, to) : column.subarray(from, to) };
  const data = allocateData(spec.datatype, (to - from) * width);
  for (let index = 0; index < width; index++) copy(data, index, width, columns[first + index] ?? [], from, 1, to - from);
  return { datatype: spec.datatype, shape, data };
}

function scatter({ spec, width, first }: BoundTensor, tensor: Tensor | undefined, columns: readonly BatchValues[], from: number, to: number): void {
  if (tensor?.data.length !== (to - from) * width)
    throw new MillraceError(
      'MODEL_INVALID',
      `output "${spec.name}" has shape [${tensor?.shape.join(',') ?? ''}] for ${to - from} rows, where its signature gives ${width} values per row`,
    );
  for (let index = 0; index < width; index++) {
    const column = columns[first + index] ?? [];
    if (width === 1 && !Array.isArray(column)) (column as Float64Array).set(tensor.data as Float64Array, from);
    else copy(column, from, 1, tensor.data, index, width, to - from);
  }
}

/** Copies `count` values, every `targetStep`-th place from `targetStart` on taking every `sourceStep`-th value from `sourceStart` on. */
function copy(target: TensorData, targetStart: number, targetStep: number, source: TensorData, sourceStart: number, sourceStep: number, count: number): void {
  const [to, from] = [target as unknown[], source as unknown[]];
  for (let i = 0; i < count; i++) to[targetStart + i * targetStep] = from[sourceStart + i * sourceStep];
}

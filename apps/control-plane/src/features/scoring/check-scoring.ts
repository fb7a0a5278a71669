import { MillraceError, type Column, type ColumnType, type Signature, type TensorDatatype, type TensorSpec } from '@millrace/contracts';

/** Columns that a scored table has beside the outputs of the model. */
const OWN_COLUMNS = ['model_version_id', 'scored_at', 'rejection'];

const NUMBERS: readonly ColumnType[] = ['boolean', 'byte', 'short', 'integer', 'long', 'float', 'double', 'decimal'];
const TEXTS: readonly ColumnType[] = [...NUMBERS, 'string', 'date', 'timestamp'];

interface NeededColumn {
  readonly name: string;
  readonly datatype: TensorDatatype;
}

/**
 * Fails with `BAD_INPUT` unless every input of the model can be made of columns of the dataset version: better now than in a job.
 * All columns that are missing are named at once. What a single row holds is found out when it is scored.
 */
export function requireInputs(signature: Signature, schema: readonly Column[]): void {
  const needed = signature.inputs.flatMap((input) => columnsOf(input, signature));
  const missing = needed.filter(({ name }) => schema.every((column) => column.name !== name)).map(({ name }) => name);
  if (missing.length > 0) {
    throw refusal('datasetVersionId', `the dataset version lacks ${missing.join(', ')}, which the model takes. It has ${namesOf(schema)}`, { missing });
  }
  for (const { name, datatype } of needed) {
    const type = schema.find((column) => column.name === name)?.type;
    const fitting = datatype === 'BYTES' ? TEXTS : NUMBERS;
    if (type === undefined || fitting.includes(type)) continue;
    throw refusal('datasetVersionId', `the column "${name}" is ${type}, which cannot be ${datatype} for the model`, { column: name, type, datatype });
  }
}

/**
 * Fails with `BAD_INPUT` for a column that is to be carried over and is not there, is named twice, or has the name of one that is written, and
 * for outputs that would be one column. Names that differ only in case are the same to most readers of a table.
 */
export function requireKeyColumns(keyColumns: readonly string[], signature: Signature, schema: readonly Column[]): void {
  const written = new Set(OWN_COLUMNS);
  for (const name of signature.outputs.flatMap(outputColumns)) {
    if (written.has(name.toLowerCase())) throw refusal('modelVersionId', `an output would be the column "${name}", which a table of predictions has already`);
    written.add(name.toLowerCase());
  }
  const carried = new Set<string>();
  for (const [index, name] of keyColumns.entries()) {
    const path = `keyColumns.${index}`;
    if (schema.every((column) => column.name !== name)) throw refusal(path, `the dataset version has no column "${name}". It has ${namesOf(schema)}`);
    if (carried.has(name.toLowerCase())) throw refusal(path, `"${name}" is there twice`);
    if (written.has(name.toLowerCase())) throw refusal(path, `"${name}" is the name of a column of predictions`);
    carried.add(name.toLowerCase());
  }
}

/** An input of one value per row is the column of its name; the only input of a model may hold one value per feature instead. */
function columnsOf(input: TensorSpec, { inputs, features }: Signature): NeededColumn[] {
  const width = widthOf(input);
  const { name, datatype } = input;
  if (width === 1) return [{ name, datatype }];
  if (inputs.length === 1 && features.length === width) return features.map((feature) => ({ name: feature.name, datatype }));
  throw refusal('modelVersionId', `the input "${name}" takes ${width} values per row, and the signature does not say from which columns`);
}

/** An output of several values per row becomes as many columns. */
function outputColumns(output: TensorSpec): string[] {
  const width = widthOf(output);
  return width === 1 ? [output.name] : Array.from({ length: width }, (_, index) => `${output.name}_${index}`);
}

function widthOf({ name, datatype, shape }: TensorSpec): number {
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  if (shape.length === 0 || width < 1 || shape.slice(1).some((size) => size < 1))
    throw refusal('modelVersionId', `"${name}" of shape [${shape.join(',')}] has no fixed number of values per row, so it cannot be columns`);
  if (datatype === 'FP16' || datatype === 'BF16') throw refusal('modelVersionId', `"${name}" is ${datatype}, which a table cannot hold`);
  return width;
}

function namesOf(schema: readonly Column[]): string {
  return schema.map(({ name }) => name).join(', ') || 'no columns';
}

/** A `BAD_INPUT` about a field of the input. */
export function refusal(field: string, why: string, more: Readonly<Record<string, unknown>> = {}): MillraceError {
  const path = `input.${field}`;
  return new MillraceError('BAD_INPUT', `${path}: ${why}.`, { fields: { path, ...more } });
}

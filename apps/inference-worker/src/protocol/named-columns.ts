import type { Column, TensorSpec } from '@millrace/contracts';
import { allocateData } from '../engine/tensor/tensor.ts';
import type { InferInput } from '../serving/infer-request.ts';
import { EVENT_ID_INPUT, EVENT_TIME_INPUT } from '../serving/event-inputs.ts';
import { decodeValue, EXPECTED } from './decode-values.ts';
import { ProtocolError } from './protocol-error.ts';
import { isObject } from './request-parts.ts';
import { show, showShape } from './show-value.ts';

/** What a model takes, for people who think in rows and columns. */
export interface TableModel {
  readonly inputs: readonly TensorSpec[];
  /** What the model was trained on: the columns that the one input of a model joins, in order, or those of its inputs that have types of their own. */
  readonly features: readonly Pick<Column, 'name' | 'type'>[];
}

/** One column of a table. */
interface TableColumn {
  readonly name: string;
  readonly datatype: TensorSpec['datatype'];
  /** Of the value in one row; empty for a single value. */
  readonly shape: readonly number[];
  /** The dimensions that the input has behind its rows. */
  readonly trailing: readonly number[];
  /** A column of booleans that travels as numbers takes both. */
  readonly isBoolean: boolean;
}

const EVENT_COLUMNS: readonly TableColumn[] = [
  { name: EVENT_ID_INPUT, datatype: 'BYTES', shape: [], trailing: [], isBoolean: false },
  { name: EVENT_TIME_INPUT, datatype: 'INT64', shape: [], trailing: [], isBoolean: false },
];

/**
 * The inputs of a model from rows. A row is an object by column, or for a model with one input its bare value. The columns are the inputs, or the
 * features where the model has one input that joins them; event ids and times may come as columns too.
 * Throws a 400 that names the row, the column, the expected and the given.
 */
export function inputsFromRows(model: TableModel, rows: readonly unknown[]): readonly InferInput[] {
  if (rows.length === 0) throw new ProtocolError(400, 'expected at least one row, given none');
  if (!isObject(rows[0])) return inputsFromValues(model, rows);
  const joined = joinedInput(model);
  const columns =
    joined === undefined
      ? model.inputs.map((spec) => columnOf(spec, model))
      : model.features.map(({ name, type }) => ({ name, datatype: joined.datatype, shape: [], trailing: [], isBoolean: type === 'boolean' }));
  const events = EVENT_COLUMNS.filter(({ name }) => Object.hasOwn(rows[0] as object, name));
  const known = new Map([...columns, ...events].map((column) => [column.name, column]));
  const checked = rows.map((row, index) => checkRow(known, row, index));
  const inputs = joined === undefined ? columns.map((column) => inputOf(column, checked)) : [joinColumns(joined, columns, checked)];
  return [...inputs, ...events.map((column) => inputOf(column, checked))];
}

/** Rows from named arrays, one for each column. Throws a 400 where they differ in length. */
export function rowsFromColumns(columns: Readonly<Record<string, unknown>>): readonly unknown[] {
  const entries = Object.entries(columns);
  const [first] = entries;
  if (first === undefined) throw new ProtocolError(400, 'expected at least one column, given none');
  const length = Array.isArray(first[1]) ? first[1].length : 0;
  for (const [name, values] of entries) {
    if (!Array.isArray(values)) throw new ProtocolError(400, `column "${name}": expected an array of values, given ${show(values)}`);
    if (values.length !== length)
      throw new ProtocolError(400, `column "${name}": expected ${length} values as in column "${first[0]}", given ${values.length}`);
  }
  return Array.from({ length }, (_, row) => Object.fromEntries(entries.map(([name, values]) => [name, (values as unknown[])[row]])));
}

type Row = Readonly<Record<string, unknown>>;

function checkRow(columns: ReadonlyMap<string, TableColumn>, row: unknown, index: number): Row {
  if (!isObject(row)) throw new ProtocolError(400, `row ${index}: expected an object by column, given ${show(row)}`);
  for (const [name, column] of columns)
    if (!Object.hasOwn(row, name)) throw new ProtocolError(400, `row ${index}: column "${name}" is missing; expected ${wordsFor(column)}`);
  for (const name of Object.keys(row)) {
    if (columns.has(name)) continue;
    const names = [...columns.keys()].map((known) => `"${known}"`).join(', ');
    throw new ProtocolError(400, `row ${index}: unknown column "${name}"; expected ${names}`);
  }
  return row;
}

/** The one input that takes all features of a row side by side. */
function joinedInput({ inputs, features }: TableModel): TensorSpec | undefined {
  const [spec, ...more] = inputs;
  return spec !== undefined && more.length === 0 && features.length > 1 && spec.shape.length === 2 && spec.shape[1] === features.length ? spec : undefined;
}

function columnOf({ name, datatype, shape }: TensorSpec, { features }: TableModel): TableColumn {
  const ofRow = shape.slice(1);
  if (ofRow.includes(-1)) throw new ProtocolError(400, `input "${name}" has the open shape ${showShape(shape)}, which rows cannot fill; send tensors to infer`);
  const isBoolean = features.some((feature) => feature.name === name && feature.type === 'boolean');
  return { name, datatype, shape: ofRow.every((dimension) => dimension === 1) ? [] : ofRow, trailing: ofRow, isBoolean };
}

function inputOf(column: TableColumn, rows: readonly Row[]): InferInput {
  const values: Value[] = [];
  for (const [index, row] of rows.entries()) appendValues(values, column, { given: row[column.name], row: index });
  return tensorOf(column, [rows.length, ...column.trailing], values);
}

function joinColumns(spec: TensorSpec, columns: readonly TableColumn[], rows: readonly Row[]): InferInput {
  const values: Value[] = [];
  for (const [index, row] of rows.entries()) for (const column of columns) appendValues(values, column, { given: row[column.name], row: index });
  return tensorOf(spec, [rows.length, columns.length], values);
}

function inputsFromValues(model: TableModel, rows: readonly unknown[]): readonly InferInput[] {
  const { inputs } = model;
  const [spec, ...more] = inputs;
  if (spec === undefined || more.length > 0)
    throw new ProtocolError(400, `row 0: expected an object with ${inputs.map(({ name }) => `"${name}"`).join(', ')}, given ${show(rows[0])}`);
  const column = columnOf(spec, model);
  const values: Value[] = [];
  for (const [row, given] of rows.entries()) appendValues(values, column, { given, row });
  return [tensorOf(spec, [rows.length, ...column.trailing], values)];
}

type Value = number | bigint | string | null;

/** A single value may come in an array of its own, as tensors nest. */
function appendValues(values: Value[], column: TableColumn, { given, row }: { readonly given: unknown; readonly row: number }): void {
  const parts = [given];
  if (Array.isArray(given) || column.shape.length > 0) {
    parts.length = 0;
    if (!flattenInto(parts, column.shape.length === 0 ? [1] : column.shape, given)) throw badValue(column, given, row);
  }
  for (const part of parts) {
    const value = decodeValue(column.datatype, column.isBoolean && typeof part === 'boolean' ? Number(part) : part, column.name);
    if (value !== undefined) values.push(value);
    else if (part === null) values.push(null);
    else throw badValue(column, given, row);
  }
}

function flattenInto(values: unknown[], shape: readonly number[], given: unknown): boolean {
  const [length, ...inner] = shape;
  if (length === undefined) {
    values.push(given);
    return true;
  }
  return Array.isArray(given) && given.length === length && given.every((part) => flattenInto(values, inner, part));
}

function badValue(column: TableColumn, given: unknown, row: number): ProtocolError {
  return new ProtocolError(400, `row ${row}, column "${column.name}": expected ${wordsFor(column)}, given ${show(given)}`);
}

function wordsFor({ datatype, shape }: TableColumn): string {
  return shape.length === 0 ? EXPECTED[datatype] : `an array of shape ${showShape(shape)} whose values are each ${EXPECTED[datatype]}`;
}

function tensorOf({ name, datatype }: Pick<TensorSpec, 'name' | 'datatype'>, shape: readonly number[], values: readonly Value[]): InferInput {
  const data = allocateData(datatype, values.length);
  const missing: number[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) missing.push(index);
    else (data as unknown[])[index] = value;
  }
  return missing.length === 0 ? { name, datatype, shape, data } : { name, datatype, shape, data, missing };
}

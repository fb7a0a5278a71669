import type { TensorDatatype } from '@millrace/contracts';
import type { BodyKind } from './content-type.ts';
import { inputsFromRows, rowsFromColumns, type TableModel } from './named-columns.ts';
import { parseCsv } from './parse-csv.ts';
import { checkNesting, holdsUnsafeIntegers, parseJson, parseJsonExactly } from './parse-json.ts';
import { EVENT_ID_INPUT } from '../serving/event-inputs.ts';
import { ProtocolError } from './protocol-error.ts';
import { isObject } from './request-parts.ts';
import { show } from './show-value.ts';
import type { InferInput } from '../serving/infer-request.ts';

type Members = Readonly<Record<string, unknown>>;

/** The forms that a body of MLflow's scoring protocol may have. */
const FORMS: Readonly<Record<string, (given: unknown) => readonly unknown[]>> = {
  instances: rowsOfArray('instances'),
  dataframe_records: rowsOfArray('dataframe_records'),
  dataframe_split: rowsOfSplit,
  inputs: (given) => (isObject(given) ? rowsFromColumns(given) : rowsOfArray('inputs')(given)),
};

/** Parses a body of rows, with integers beyond 2^53 as bigint. Throws a 400. */
export function parseRowsJson(body: Buffer): Members {
  const parsed = parseJson(body);
  checkNesting(parsed);
  if (!isObject(parsed)) throw new ProtocolError(400, `the body must be a JSON object, given ${show(parsed)}`);
  return holdsUnsafeIntegers(parsed) ? (parseJsonExactly(body) as Members) : parsed;
}

/** The inputs of `{"instances": [row, …]}`. Throws a 400 that names the row, the column, the expected and the given. */
export function inputsOfInstances(model: TableModel, body: Members): readonly InferInput[] {
  return inputsFromRows(model, rowsOfArray('instances')(body['instances']));
}

/**
 * The inputs of a body of MLflow's scoring protocol: CSV with a header line, or JSON with exactly one of `dataframe_split`, `dataframe_records`,
 * `instances` and `inputs`. Throws a 400 that names the row, the column, the expected and the given.
 */
export function inputsOfScoring(model: TableModel, body: Buffer, kind: BodyKind): readonly InferInput[] {
  if (kind === 'csv') return inputsFromRows(model, rowsOfCsv(model, body));
  const members = parseRowsJson(body);
  const [form, ...more] = Object.keys(FORMS).filter((name) => Object.hasOwn(members, name));
  if (form === undefined || more.length > 0) {
    const given = form === undefined ? 'none of them' : [form, ...more].join(' and ');
    throw new ProtocolError(400, `the body must have exactly one of ${Object.keys(FORMS).join(', ')}; given ${given}`);
  }
  const parameters = members['params'];
  if (isObject(parameters) && Object.keys(parameters).length > 0) throw new ProtocolError(400, `the model takes no "params", given ${show(parameters)}`);
  const rows = FORMS[form]?.(members[form]) ?? [];
  return inputsFromRows(model, rows);
}

function rowsOfArray(name: string): (given: unknown) => readonly unknown[] {
  return (given) => {
    if (!Array.isArray(given)) throw new ProtocolError(400, `"${name}" must be an array of rows, given ${show(given)}`);
    return given;
  };
}

function rowsOfSplit(given: unknown): readonly unknown[] {
  if (!isObject(given)) throw new ProtocolError(400, `"dataframe_split" must be an object with "columns" and "data", given ${show(given)}`);
  const { columns, data } = given;
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === 'string'))
    throw new ProtocolError(400, `"columns" of "dataframe_split" must be an array of names, given ${show(columns)}`);
  refuseTwins(columns);
  if (!Array.isArray(data)) throw new ProtocolError(400, `"data" of "dataframe_split" must be an array of rows, given ${show(data)}`);
  return data.map((row: unknown, index) => {
    if (!Array.isArray(row) || row.length !== columns.length)
      throw new ProtocolError(400, `row ${index}: expected ${columns.length} values, one for each column, given ${show(row)}`);
    return rowOf(columns, row);
  });
}

function rowsOfCsv(model: TableModel, body: Buffer): readonly unknown[] {
  const [header, ...records] = parseCsv(body);
  if (header === undefined) throw new ProtocolError(400, 'expected CSV with a header line, given an empty body');
  refuseTwins(header);
  const types = new Map<string, TensorDatatype>(model.inputs.map(({ name, datatype }) => [name, datatype]));
  const joined = model.inputs[0]?.datatype ?? 'FP32';
  const datatypes = header.map(
    (name) => types.get(name) ?? (model.features.some((feature) => feature.name === name) ? joined : (EVENT_DATATYPES[name] ?? 'BYTES')),
  );
  return records.map((fields, index) => {
    if (fields.length !== header.length)
      throw new ProtocolError(400, `row ${index}: expected ${header.length} fields, one for each column, given ${fields.length}`);
    return rowOf(
      header,
      fields.map((field, column) => (field === '' && header[column] === EVENT_ID_INPUT ? null : valueOfText(field, datatypes[column] ?? 'BYTES'))),
    );
  });
}

const EVENT_DATATYPES: Readonly<Partial<Record<string, TensorDatatype>>> = { 'millrace.event_time': 'INT64' };

/** What JSON would have brought; text that is no value of the datatype stays text, and is refused with it. */
function valueOfText(text: string, datatype: TensorDatatype): unknown {
  if (datatype === 'BYTES') return text;
  if (text === '') return null;
  const boolean = booleanOf(text.toLowerCase());
  if (datatype === 'BOOL' || boolean !== undefined) return boolean ?? text;
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}

function refuseTwins(columns: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of columns) {
    if (seen.has(name)) throw new ProtocolError(400, `column "${name}" is given twice`);
    seen.add(name);
  }
}

function booleanOf(text: string): boolean | undefined {
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
}

function rowOf(columns: readonly string[], values: readonly unknown[]): Members {
  return Object.fromEntries(columns.map((name, index) => [name, values[index]]));
}

import { ProtocolError } from './protocol-error.ts';

/** One input as the request spells it; `data` is flat or nested and not yet checked. */
export interface RawInput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

/** An infer request whose form is right; whether it fits the model is decided later. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly RawInput[];
  readonly requestedOutputs: readonly string[] | undefined;
}

/** Parses the body of an infer request. Integers beyond 2^53 in INT64 and UINT64 inputs arrive as bigint, exactly. Throws a 400 that names the bad part. */
export function parseInferBody(text: string): InferRequest {
  const first = parseJson(text);
  checkNesting(first, 0);
  const body = holdsUnsafeIntegers(first) ? (JSON.parse(text, exactIntegers) as unknown) : first;
  if (!isObject(body)) throw new ProtocolError(400, `the body must be a JSON object, given ${show(body)}`);
  checkParameters(body['parameters'], 'the request');
  return { id: optionalText(body['id'], 'id'), inputs: parseInputs(body['inputs']), requestedOutputs: parseOutputs(body['outputs']) };
}

/** A value as an error message shows it: JSON, cut short. */
export function show(value: unknown): string {
  const text =
    typeof value === 'bigint'
      ? value.toString()
      : (JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? String(member) : member)) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ProtocolError(400, `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** More than any tensor has dimensions, and little enough for every recursive reader. */
const DEEPEST = 32;

function checkNesting(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEEPEST) throw new ProtocolError(400, `the body nests deeper than ${DEEPEST} levels`);
  for (const member of Array.isArray(value) ? value : Object.values(value)) checkNesting(member, depth + 1);
}

function parseInputs(inputs: unknown): RawInput[] {
  if (!Array.isArray(inputs) || inputs.length === 0) throw new ProtocolError(400, `"inputs" must be an array of at least one tensor, given ${show(inputs)}`);
  const names = new Set<string>();
  return inputs.map((input: unknown, index) => {
    if (!isObject(input)) throw new ProtocolError(400, `inputs[${index}] must be an object, given ${show(input)}`);
    const { name, datatype, shape, data } = input as Record<'name' | 'datatype' | 'shape' | 'data', unknown>;
    if (typeof name !== 'string') throw new ProtocolError(400, `inputs[${index}]: "name" must be a string, given ${show(name)}`);
    if (names.has(name)) throw new ProtocolError(400, `input "${name}" is given twice`);
    names.add(name);
    if (typeof datatype !== 'string') throw new ProtocolError(400, `input "${name}": "datatype" must be a string, given ${show(datatype)}`);
    if (!Array.isArray(shape) || !shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0)) {
      throw new ProtocolError(400, `input "${name}": "shape" must be an array of non-negative integers, given ${show(shape)}`);
    }
    if (!Array.isArray(data)) throw new ProtocolError(400, `input "${name}": "data" must be an array, given ${show(data)}`);
    checkParameters(input['parameters'], `input "${name}"`);
    return { name, datatype, shape: shape as number[], data };
  });
}

function parseOutputs(outputs: unknown): string[] | undefined {
  if (outputs === undefined) return undefined;
  if (!Array.isArray(outputs)) throw new ProtocolError(400, `"outputs" must be an array, given ${show(outputs)}`);
  if (outputs.length === 0) return undefined;
  return outputs.map((output: unknown, index) => {
    if (!isObject(output) || typeof output['name'] !== 'string')
      throw new ProtocolError(400, `outputs[${index}]: "name" must be a string, given ${show(output)}`);
    checkParameters(output['parameters'], `output "${output['name']}"`);
    return output['name'];
  });
}

function checkParameters(parameters: unknown, owner: string): void {
  if (parameters === undefined) return;
  if (!isObject(parameters)) throw new ProtocolError(400, `"parameters" of ${owner} must be an object, given ${show(parameters)}`);
  for (const [name, value] of Object.entries(parameters)) {
    if (asksForBinary(name, value)) throw new ProtocolError(400, `parameter "${name}" of ${owner}: binary tensor data is not supported, send "data" as JSON`);
    if (!['string', 'number', 'boolean', 'bigint'].includes(typeof value))
      throw new ProtocolError(400, `parameter "${name}" of ${owner} must be a string, number or boolean, given ${show(value)}`);
  }
}

/** Clients that know the binary extension say `false` where they want JSON. */
function asksForBinary(name: string, value: unknown): boolean {
  return name === 'binary_data_size' || ((name === 'binary_data' || name === 'binary_data_output') && value !== false);
}

function optionalText(value: unknown, name: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new ProtocolError(400, `"${name}" must be a string, given ${show(value)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function holdsUnsafeIntegers(body: unknown): boolean {
  if (!isObject(body) || !Array.isArray(body['inputs'])) return false;
  return body['inputs'].some(
    (input: unknown) => isObject(input) && (input['datatype'] === 'INT64' || input['datatype'] === 'UINT64') && holdsUnsafe(input['data']),
  );
}

function holdsUnsafe(data: unknown): boolean {
  return Array.isArray(data) ? data.some(holdsUnsafe) : Number.isInteger(data) && !Number.isSafeInteger(data);
}

function exactIntegers(_key: string, value: unknown, context?: { readonly source: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && context !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

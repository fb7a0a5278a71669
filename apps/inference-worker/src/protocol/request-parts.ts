import { TENSOR_DATATYPES, type TensorDatatype } from '@millrace/contracts';
import type { RequestedOutput, RequestParameters } from './infer-body.ts';
import { ProtocolError } from './protocol-error.ts';
import { show, showShape } from './show-value.ts';

/** More than any tensor has dimensions, and little enough for every recursive reader. */
export const MAXIMUM_RANK = 32;
/** What a request without parameters asks for. */
export const NO_PARAMETERS: RequestParameters = { binaryOutputs: false };

const DATATYPES: ReadonlySet<string> = new Set(TENSOR_DATATYPES);

/** Whether the protocol knows a datatype. */
export function isDatatype(text: string): text is TensorDatatype {
  return DATATYPES.has(text);
}

/** Whether a value of parsed JSON is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The `id` of a request; null is nothing, as many clients write it. Throws a 400 for anything else but a string. */
export function readId(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new ProtocolError(400, `"id" must be a string, given ${show(value)}`);
}

/** The datatype of an input. Throws a 400 for one that the protocol does not know. */
export function readDatatype(value: unknown, input: string): TensorDatatype {
  if (typeof value !== 'string') throw new ProtocolError(400, `input "${input}": "datatype" must be a string, given ${show(value)}`);
  if (!isDatatype(value)) throw new ProtocolError(400, `input "${input}": unknown datatype ${show(value)}; expected one of ${TENSOR_DATATYPES.join(', ')}`);
  return value;
}

/** The shape of an input. Throws a 400 for what is not one, or holds more values than can be counted. */
export function readShape(value: unknown, input: string): readonly number[] {
  if (!Array.isArray(value) || !value.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0))
    throw new ProtocolError(400, `input "${input}": "shape" must be an array of non-negative integers, given ${show(value)}`);
  const shape = value as number[];
  if (shape.length > MAXIMUM_RANK) throw new ProtocolError(400, `input "${input}": "shape" has ${shape.length} dimensions, at most ${MAXIMUM_RANK} are taken`);
  if (!Number.isSafeInteger(shape.reduce((product, dimension) => product * dimension, 1)))
    throw new ProtocolError(400, `input "${input}": shape ${showShape(shape)} holds more values than can be counted`);
  return shape;
}

/** The `parameters` of a request; a timeout of 0 is none. Throws a 400 that names the bad one. */
export function readRequestParameters(value: unknown): RequestParameters {
  const parameters = checkParameters(value, 'the request');
  if (parameters === undefined) return NO_PARAMETERS;
  const routingKey = parameters['routing_key'];
  if (routingKey !== undefined && typeof routingKey !== 'string')
    throw new ProtocolError(400, `parameter "routing_key" of the request must be a string, given ${show(routingKey)}`);
  return {
    binaryOutputs: flag(parameters, 'binary_data_output', 'the request') ?? false,
    priority: whole(parameters, 'priority', 'the request'),
    timeoutMicroseconds: whole(parameters, 'timeout', 'the request') || undefined,
    routingKey,
  };
}

/** The `outputs` of a request; undefined where none are named. Throws a 400 that names the bad one. */
export function readOutputs(value: unknown): readonly RequestedOutput[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new ProtocolError(400, `"outputs" must be an array, given ${show(value)}`);
  if (value.length === 0) return undefined;
  const names = new Set<string>();
  return value.map((output: unknown, index) => {
    if (!isObject(output) || typeof output['name'] !== 'string')
      throw new ProtocolError(400, `outputs[${index}]: "name" must be a string, given ${show(output)}`);
    const name = output['name'];
    if (names.has(name)) throw new ProtocolError(400, `output "${name}" is asked for twice`);
    names.add(name);
    return readOutput(name, output['parameters']);
  });
}

/** How many bytes after the JSON hold this input; undefined where its `data` does. Throws a 400 for a bad parameter. */
export function readBinarySize(value: unknown, input: string): number | undefined {
  const owner = `input "${input}"`;
  const parameters = checkParameters(value, owner);
  return parameters === undefined ? undefined : whole(parameters, 'binary_data_size', owner);
}

function readOutput(name: string, value: unknown): RequestedOutput {
  const owner = `output "${name}"`;
  const parameters = checkParameters(value, owner);
  if (parameters === undefined) return { name, binary: undefined, classes: undefined };
  const classes = whole(parameters, 'classification', owner);
  if (classes === 0) throw new ProtocolError(400, `parameter "classification" of ${owner} must be at least 1, given 0`);
  return { name, binary: flag(parameters, 'binary_data', owner), classes };
}

type Parameters = Readonly<Record<string, unknown>>;

function checkParameters(value: unknown, owner: string): Parameters | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new ProtocolError(400, `"parameters" of ${owner} must be an object, given ${show(value)}`);
  for (const name in value) {
    const kind = typeof value[name];
    if (kind !== 'string' && kind !== 'number' && kind !== 'boolean' && kind !== 'bigint')
      throw new ProtocolError(400, `parameter "${name}" of ${owner} must be a string, number or boolean, given ${show(value[name])}`);
  }
  return value;
}

function flag(parameters: Parameters, name: string, owner: string): boolean | undefined {
  const value = parameters[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new ProtocolError(400, `parameter "${name}" of ${owner} must be true or false, given ${show(value)}`);
}

function whole(parameters: Parameters, name: string, owner: string): number | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new ProtocolError(400, `parameter "${name}" of ${owner} must be a non-negative integer, given ${show(value)}`);
  return value;
}

import { MillraceError, TENSOR_DATATYPES } from '@millrace/contracts';
import { isDatatype, MAXIMUM_RANK } from '../protocol/request-parts.ts';
import type { InferInput, InferSchedule } from '../serving/infer-request.ts';
import { decodeRaw } from '../serving/raw-tensor.ts';
import { readClasses, readParameter, readSchedule, type ParameterValue } from './infer-parameters.ts';
import { decodeContents } from './tensor-contents.ts';
import { WIRE, WireReader } from './wire-reader.ts';

/** A `ModelInferRequest` whose form is right; whether it fits the model is decided later. */
export interface InferMessage extends InferSchedule {
  readonly endpoint: string;
  readonly version: string | undefined;
  readonly id: string | undefined;
  readonly inputs: readonly InferInput[];
  /** Undefined asks for all outputs. */
  readonly outputs: readonly RequestedOutput[] | undefined;
}

/** One output that a request asks for. */
export interface RequestedOutput {
  readonly name: string;
  /** How many of the highest values are to be answered, as text, instead of the tensor. */
  readonly classes: number | undefined;
}

/** As they stand in the message, before it is known whether raw bytes follow. */
interface WireTensor {
  name: string;
  datatype: string;
  readonly shape: number[];
  /** Pairs of positions between which typed contents lie. */
  readonly contents: number[];
}

interface WireRequest {
  endpoint: string;
  version: string;
  id: string;
  readonly parameters: Map<string, ParameterValue>;
  readonly tensors: WireTensor[];
  readonly outputs: RequestedOutput[];
  /** Pairs of positions. */
  readonly raw: number[];
}

/**
 * Reads a `ModelInferRequest`: straight into the arrays of the tensors, which own their memory. `allow` is told the endpoint before they are read, and throws where
 * the caller may not use it. Throws a `BAD_INPUT` that names the bad part.
 */
export function readInferMessage(bytes: Buffer, allow?: (endpoint: string) => void): InferMessage {
  const reader = new WireReader(bytes);
  const request = readRequest(reader);
  allow?.(request.endpoint);
  return {
    endpoint: request.endpoint,
    version: request.version === '' ? undefined : request.version,
    id: request.id === '' ? undefined : request.id,
    inputs: decodeTensors(reader, request),
    outputs: request.outputs.length === 0 ? undefined : request.outputs,
    ...(request.parameters.size === 0 ? undefined : readSchedule(request.parameters)),
  };
}

/** The `id` of a message, as far as it can be read. */
export function idOf(bytes: Buffer): string {
  try {
    return readRequest(new WireReader(bytes)).id;
  } catch {
    return '';
  }
}

function readRequest(reader: WireReader): WireRequest {
  const request: WireRequest = { endpoint: '', version: '', id: '', parameters: new Map(), tensors: [], outputs: [], raw: [] };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    switch (field) {
      case 1:
        request.endpoint = reader.text();
        break;
      case 2:
        request.version = reader.text();
        break;
      case 3:
        request.id = reader.text();
        break;
      case 4:
        readParameter(reader, request.parameters);
        break;
      case 5:
        request.tensors.push(readTensor(reader));
        break;
      case 6:
        request.outputs.push(readOutput(reader));
        break;
      case 7:
        request.raw.push(reader.enter(), reader.position);
        break;
      default:
        reader.skip();
    }
  }
  return request;
}

function readTensor(reader: WireReader): WireTensor {
  const tensor: WireTensor = { name: '', datatype: '', shape: [], contents: [] };
  const outer = reader.end;
  const start = reader.enter();
  reader.end = reader.position;
  reader.position = start;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) tensor.name = reader.text();
    else if (field === 2) tensor.datatype = reader.text();
    else if (field === 3) readDimensions(reader, tensor);
    else if (field === 5) tensor.contents.push(reader.enter(), reader.position);
    else reader.skip();
  }
  reader.end = outer;
  return tensor;
}

function readDimensions(reader: WireReader, { name, shape }: WireTensor): void {
  if (reader.wire === WIRE.varint) shape.push(reader.signed());
  else {
    const start = reader.enter();
    const outer = reader.end;
    reader.end = reader.position;
    reader.position = start;
    while (reader.position < reader.end && shape.length <= MAXIMUM_RANK) shape.push(reader.signed());
    reader.position = reader.end;
    reader.end = outer;
  }
  if (shape.length > MAXIMUM_RANK) throw bad(name, `the shape has more than ${MAXIMUM_RANK} dimensions`);
}

function readOutput(reader: WireReader): RequestedOutput {
  let name = '';
  const parameters = new Map<string, ParameterValue>();
  const outer = reader.end;
  const start = reader.enter();
  reader.end = reader.position;
  reader.position = start;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) name = reader.text();
    else if (field === 2) readParameter(reader, parameters);
    else reader.skip();
  }
  reader.end = outer;
  return { name, classes: readClasses(parameters, name) };
}

function decodeTensors(reader: WireReader, { tensors, raw }: WireRequest): InferInput[] {
  if (tensors.length === 0) throw new MillraceError('BAD_INPUT', '"inputs" must hold at least one tensor, given none');
  if (raw.length > 0 && raw.length !== tensors.length * 2)
    throw new MillraceError('BAD_INPUT', `raw_input_contents must have one entry for each of the ${tensors.length} inputs, given ${raw.length / 2}`);
  return tensors.map((tensor, index) => decodeTensor(reader, tensor, raw.length === 0 ? undefined : [raw[index * 2] ?? 0, raw[index * 2 + 1] ?? 0]));
}

function decodeTensor(reader: WireReader, { name, datatype, shape, contents }: WireTensor, raw: readonly [start: number, end: number] | undefined): InferInput {
  if (!isDatatype(datatype)) throw bad(name, `unknown datatype "${datatype}"; expected one of ${TENSOR_DATATYPES.join(', ')}`);
  checkShape(name, shape);
  if (raw === undefined) return { name, datatype, shape, data: decodeContents(reader, { name, datatype, shape, spans: contents }) };
  if (contents.length > 0) throw bad(name, 'it has contents and the request has raw_input_contents; send one of them');
  return { name, datatype, shape, data: decodeRaw(datatype, shape, reader.bytes.subarray(raw[0], raw[1]), name) };
}

function checkShape(name: string, shape: readonly number[]): void {
  let product = 1;
  for (const dimension of shape) {
    if (dimension < 0 || !Number.isSafeInteger(dimension)) throw bad(name, `the shape must be non-negative integers, given [${shape.join(',')}]`);
    product *= dimension;
  }
  if (!Number.isSafeInteger(product)) throw bad(name, `shape [${shape.join(',')}] holds more values than can be counted`);
}

function bad(name: string, problem: string): MillraceError {
  return new MillraceError('BAD_INPUT', `input "${name}": ${problem}`);
}

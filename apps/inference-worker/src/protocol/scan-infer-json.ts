import type { TensorDatatype } from '@millrace/contracts';
import { isUtf8 } from 'node:buffer';
import type { TensorData } from '../engine/tensor/tensor.ts';
import type { InferInput } from '../serving/infer-request.ts';
import { decodeInput, type JsonTensor } from './decode-values.ts';
import type { InferBody, RequestedOutput, RequestParameters } from './infer-body.ts';
import { JsonScanner, NotPlain } from './json-scanner.ts';
import { isDatatype, MAXIMUM_RANK, NO_PARAMETERS, readBinarySize, readOutputs, readRequestParameters, readShape } from './request-parts.ts';
import { scanTensor } from './scan-tensor.ts';

const COLON = 58;
const COMMA = 44;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/**
 * Reads an infer request without building the arrays of its numbers: they go from the bytes of the body into typed arrays. Undefined for a body that
 * is not of the plain kind, valid or not: `parseInferPlan` knows all of JSON and words the errors. What is given is what `parseInferPlan` and
 * `decodePlan` give. Throws a 400 as they do.
 */
export function scanInferJson(body: Buffer): InferBody | undefined {
  if (!isUtf8(body)) return undefined;
  try {
    return scanBody(new JsonScanner(withoutTrailingSpace(body)));
  } catch (thrown) {
    if (thrown instanceof NotPlain) return undefined;
    throw thrown;
  }
}

function withoutTrailingSpace(bytes: Buffer): Buffer {
  let end = bytes.length;
  for (let byte = bytes[end - 1]; byte === 32 || byte === 10 || byte === 13 || byte === 9; byte = bytes[end - 1]) end--;
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}

interface BodyDraft {
  id: string | undefined;
  inputs: InferInput[] | undefined;
  outputs: readonly RequestedOutput[] | undefined;
  parameters: RequestParameters;
  /** Members of the protocol that were there, to refuse a second one. */
  readonly seen: string[];
}

function scanBody(scanner: JsonScanner): InferBody {
  const draft: BodyDraft = { id: undefined, inputs: undefined, outputs: undefined, parameters: NO_PARAMETERS, seen: [] };
  scanObject(scanner, (key) => scanBodyMember(scanner, key, draft));
  const { id, inputs, outputs, parameters } = draft;
  if (scanner.peek() !== undefined || inputs === undefined) throw new NotPlain();
  return { id, inputs, outputs, ...parameters };
}

const BODY_KEYS: ReadonlySet<string> = new Set(['id', 'inputs', 'outputs', 'parameters']);

function scanBodyMember(scanner: JsonScanner, key: string, draft: BodyDraft): void {
  if (BODY_KEYS.has(key)) {
    if (draft.seen.includes(key)) throw new NotPlain();
    draft.seen.push(key);
  }
  if (key === 'inputs') draft.inputs = scanInputs(scanner);
  else if (key === 'id') draft.id = scanner.text();
  else if (key === 'outputs') draft.outputs = readOutputs(scanner.value());
  else if (key === 'parameters') draft.parameters = readRequestParameters(scanner.value());
  else scanner.value();
}

function scanInputs(scanner: JsonScanner): InferInput[] {
  const inputs: InferInput[] = [];
  scanner.expect(OPEN_BRACKET);
  do inputs.push(scanInput(scanner));
  while (scanner.takes(COMMA));
  scanner.expect(CLOSE_BRACKET);
  if (inputs.length > 1 && new Set(inputs.map(({ name }) => name)).size < inputs.length) throw new NotPlain();
  return inputs;
}

interface Draft {
  name: string | undefined;
  datatype: TensorDatatype | undefined;
  shape: readonly number[] | undefined;
  parameters: unknown;
  /** Where `data` begins; it is scanned at once when datatype and shape are known by then. */
  start: number;
  data: TensorData | undefined;
}

function scanInput(scanner: JsonScanner): InferInput {
  const draft: Draft = { name: undefined, datatype: undefined, shape: undefined, parameters: undefined, start: -1, data: undefined };
  scanObject(scanner, (key) => scanMember(scanner, key, draft));
  const { name, datatype, shape } = draft;
  if (name === undefined || datatype === undefined || shape === undefined || draft.start === -1) throw new NotPlain();
  if (readBinarySize(draft.parameters, name) !== undefined) throw new NotPlain();
  readShape(shape, name);
  const data = draft.data ?? scanLater(scanner, draft.start, { name, datatype, shape });
  return { name, datatype, shape, data };
}

function scanMember(scanner: JsonScanner, key: string, draft: Draft): void {
  if (key === 'name' && draft.name === undefined) draft.name = scanner.text();
  else if (key === 'datatype' && draft.datatype === undefined) draft.datatype = scanDatatype(scanner);
  else if (key === 'shape' && draft.shape === undefined) draft.shape = scanShape(scanner);
  else if (key === 'data' && draft.start === -1) {
    if (scanner.peek() !== OPEN_BRACKET) throw new NotPlain();
    draft.start = scanner.at;
    if (draft.datatype !== undefined && draft.shape !== undefined) draft.data = scanTensor(scanner, draft.datatype, draft.shape);
    if (draft.data === undefined) scanner.skip();
  } else if (key === 'parameters' && draft.parameters === undefined) draft.parameters = scanner.value();
  else if (INPUT_KEYS.has(key)) throw new NotPlain();
  else scanner.value();
}

const INPUT_KEYS: ReadonlySet<string> = new Set(['name', 'datatype', 'shape', 'data', 'parameters']);

/** Data that came before its datatype or its shape, or that is not all numbers. */
function scanLater(scanner: JsonScanner, start: number, tensor: Omit<InferInput, 'data'>): TensorData {
  const after = scanner.at;
  scanner.at = start;
  const scanned = scanTensor(scanner, tensor.datatype, tensor.shape);
  scanner.at = start;
  const data = scanned ?? wholeData({ ...tensor, data: arrayOf(scanner, tensor.datatype) });
  scanner.at = after;
  return data;
}

function wholeData(tensor: JsonTensor): TensorData {
  const { data, missing } = decodeInput(tensor);
  if (missing !== undefined) throw new NotPlain();
  return data;
}

function arrayOf(scanner: JsonScanner, datatype: TensorDatatype): unknown[] {
  // JSON.parse rounds integers beyond 2^53.
  if (datatype === 'INT64' || datatype === 'UINT64') throw new NotPlain();
  const data = scanner.value();
  if (!Array.isArray(data)) throw new NotPlain();
  return data;
}

function scanDatatype(scanner: JsonScanner): TensorDatatype {
  const text = scanner.text();
  if (!isDatatype(text)) throw new NotPlain();
  return text;
}

function scanShape(scanner: JsonScanner): number[] {
  const shape: number[] = [];
  scanner.expect(OPEN_BRACKET);
  if (scanner.takes(CLOSE_BRACKET)) return shape;
  do {
    if (shape.length === MAXIMUM_RANK) throw new NotPlain();
    shape.push(scanner.whole());
  } while (scanner.takes(COMMA));
  scanner.expect(CLOSE_BRACKET);
  return shape;
}

function scanObject(scanner: JsonScanner, member: (key: string) => void): void {
  scanner.expect(OPEN_BRACE);
  if (scanner.takes(CLOSE_BRACE)) return;
  do {
    const key = scanner.text();
    scanner.expect(COLON);
    member(key);
  } while (scanner.takes(COMMA));
  scanner.expect(CLOSE_BRACE);
}

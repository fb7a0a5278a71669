import type { TensorDatatype } from '@millrace/contracts';
import { elementBytes, elementCount } from '../engine/tensor/tensor.ts';
import type { InferInput } from '../serving/infer-request.ts';
import { decodeRaw } from '../serving/raw-tensor.ts';
import { decodeInput } from './decode-values.ts';
import type { InferBody, RequestedOutput, RequestParameters } from './infer-body.ts';
import { ProtocolError } from './protocol-error.ts';
import { isObject, readBinarySize, readDatatype, readId, readOutputs, readRequestParameters, readShape } from './request-parts.ts';
import { show, showShape } from './show-value.ts';

/** One input as the JSON of a request describes it. Exactly one of `data` and `binarySize` is there. */
export interface PlannedInput {
  readonly name: string;
  readonly datatype: TensorDatatype;
  readonly shape: readonly number[];
  /** Flat or nested, not yet checked. */
  readonly data: readonly unknown[] | undefined;
  /** Bytes after the JSON, in the order of the inputs. */
  readonly binarySize: number | undefined;
}

/** What the JSON of an infer request says; the values are still as they came. */
export interface InferPlan {
  readonly id: string | undefined;
  readonly inputs: readonly PlannedInput[];
  readonly outputs: readonly RequestedOutput[] | undefined;
  readonly parameters: RequestParameters;
  /** Of all inputs that come as bytes. */
  readonly binaryBytes: number;
}

/** Reads the parsed JSON of an infer request. Throws a 400 that names the bad part. */
export function planInfer(body: unknown): InferPlan {
  if (!isObject(body)) throw new ProtocolError(400, `the body must be a JSON object, given ${show(body)}`);
  const parameters = readRequestParameters(body['parameters']);
  const id = readId(body['id']);
  const inputs = planInputs(body['inputs']);
  const binaryBytes = inputs.reduce((bytes, { binarySize }) => bytes + (binarySize ?? 0), 0);
  return { id, inputs, outputs: readOutputs(body['outputs']), parameters, binaryBytes };
}

/** Decodes every input; `tail` is what follows the JSON. Throws a 400 that names the input, the expected and the given. */
export function decodePlan(plan: InferPlan, tail: Buffer | undefined): InferBody {
  checkTail(plan, tail);
  const inputs: InferInput[] = [];
  let offset = 0;
  for (const { name, datatype, shape, data, binarySize } of plan.inputs) {
    if (binarySize !== undefined && tail !== undefined) {
      inputs.push({ name, datatype, shape, data: decodeRaw(datatype, shape, tail.subarray(offset, offset + binarySize), name) });
      offset += binarySize;
    } else inputs.push(decodeInput({ name, datatype, shape, data: data ?? [] }));
  }
  return { id: plan.id, inputs, outputs: plan.outputs, ...plan.parameters };
}

function checkTail(plan: InferPlan, tail: Buffer | undefined): void {
  if (tail === undefined) {
    const binary = plan.inputs.find(({ binarySize }) => binarySize !== undefined);
    if (binary === undefined) return;
    throw new ProtocolError(
      400,
      `input "${binary.name}": "binary_data_size" needs the header Inference-Header-Content-Length, which says where the JSON ends and the tensors begin`,
    );
  }
  if (tail.length !== plan.binaryBytes)
    throw new ProtocolError(400, `the inputs have ${plan.binaryBytes} bytes of binary data by their "binary_data_size", given ${tail.length} after the JSON`);
}

function planInputs(inputs: unknown): PlannedInput[] {
  if (!Array.isArray(inputs) || inputs.length === 0) throw new ProtocolError(400, `"inputs" must be an array of at least one tensor, given ${show(inputs)}`);
  const names = new Set<string>();
  return inputs.map((input: unknown, index) => {
    if (!isObject(input)) throw new ProtocolError(400, `inputs[${index}] must be an object, given ${show(input)}`);
    const name = input['name'];
    if (typeof name !== 'string') throw new ProtocolError(400, `inputs[${index}]: "name" must be a string, given ${show(name)}`);
    if (names.has(name)) throw new ProtocolError(400, `input "${name}" is given twice`);
    names.add(name);
    return planInput(name, input);
  });
}

function planInput(name: string, input: Readonly<Record<string, unknown>>): PlannedInput {
  const datatype = readDatatype(input['datatype'], name);
  const shape = readShape(input['shape'], name);
  const binarySize = readBinarySize(input['parameters'], name);
  const data = input['data'];
  if (binarySize === undefined) {
    if (!Array.isArray(data)) throw new ProtocolError(400, `input "${name}": "data" must be an array, given ${show(data)}`);
    return { name, datatype, shape, data, binarySize };
  }
  if (data !== undefined) throw new ProtocolError(400, `input "${name}" has both "data" and "binary_data_size"; send one of them`);
  const expected = elementCount(shape) * elementBytes(datatype);
  if (datatype !== 'BYTES' && binarySize !== expected)
    throw new ProtocolError(400, `input "${name}": ${datatype} ${showShape(shape)} needs ${expected} bytes, given a "binary_data_size" of ${binarySize}`);
  return { name, datatype, shape, data: undefined, binarySize };
}

import type { AssignedVersion } from '@millrace/contracts';
import type { HttpAnswer } from '../http/http-message.ts';
import { classifyOutput } from '../serving/classify-output.ts';
import type { InferResult, NamedTensor } from '../serving/infer-request.ts';
import { encodeRaw } from '../serving/raw-tensor.ts';
import type { Tensor } from '../engine/tensor/tensor.ts';
import { checkJson, encodeJson, encodeJsonPieces, jsonWeight, LARGEST_AT_ONCE } from './encode-json.ts';
import { joinPieces } from './join-pieces.ts';
import { ProtocolError } from './protocol-error.ts';
import type { InferBody, RequestedOutput } from './infer-body.ts';
import { JSON_HEADERS } from './json-answer.ts';

/** What a request says about its answer. */
export type AnswerWish = Pick<InferBody, 'outputs' | 'binaryOutputs'>;

/** Encodes the answers of infer requests. Remembers the beginning of an answer for each endpoint and version. */
export class InferEncoder {
  private readonly beginnings = new WeakMap<AssignedVersion, Map<string, string>>();

  /**
   * Bytes follow the JSON where outputs were asked for as bytes. JSON that is large is made while it goes out. Throws a 400 for an output that cannot be encoded as
   * it was asked for.
   */
  encode(result: InferResult, wish: AnswerWish): HttpAnswer {
    if (isLarge(result, wish)) return this.encodeLarge(result, wish);
    const parts: Uint8Array[] = [];
    let json = `${this.beginningOf(result)}${JSON.stringify(result.id)},"outputs":[`;
    for (let i = 0; i < result.outputs.length; i++) {
      const output = result.outputs[i];
      if (output !== undefined) json += (i === 0 ? '' : ',') + encodeOutput(result, output, { asked: wish.outputs?.[i], wish, parts });
    }
    json += ']}';
    if (parts.length === 0) return { status: 200, headers: JSON_HEADERS, body: json, afterwards: result.afterwards };
    return {
      status: 200,
      headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(Buffer.byteLength(json)) },
      body: [json, ...parts],
      afterwards: result.afterwards,
    };
  }

  private encodeLarge(result: InferResult, wish: AnswerWish): HttpAnswer {
    const outputs = result.outputs.map((output, index) => ({ name: output.name, tensor: answered(result, output, wish.outputs?.[index]) }));
    if (outputs.some((_, index) => isBinary(wish, index)))
      throw new ProtocolError(
        400,
        `outputs in JSON beside those in bytes may hold about ${LARGEST_AT_ONCE} values, given more; ask for all outputs as bytes, with "binary_data_output": true`,
      );
    for (const { name, tensor } of outputs) checkJson(name, tensor);
    const beginning = `${this.beginningOf(result)}${JSON.stringify(result.id)},"outputs":[`;
    return { status: 200, headers: JSON_HEADERS, body: { pieces: joinPieces(largePieces(beginning, outputs)) }, afterwards: result.afterwards };
  }

  private beginningOf({ endpoint, version }: InferResult): string {
    if (version === undefined) return `{"model_name":${JSON.stringify(endpoint)},"id":`;
    let ofVersion = this.beginnings.get(version);
    if (ofVersion === undefined) this.beginnings.set(version, (ofVersion = new Map()));
    let beginning = ofVersion.get(endpoint);
    if (beginning === undefined) {
      const id = JSON.stringify(version.modelVersionId);
      beginning = `{"model_name":${JSON.stringify(endpoint)},"model_version":"${version.version}","parameters":{"model_version_id":${id}},"id":`;
      ofVersion.set(endpoint, beginning);
    }
    return beginning;
  }
}

interface OutputWish {
  readonly asked: RequestedOutput | undefined;
  readonly wish: AnswerWish;
  /** Where bytes are put, in the order of the outputs. */
  readonly parts: Uint8Array[];
}

function isLarge({ outputs }: InferResult, wish: AnswerWish): boolean {
  let weight = 0;
  for (let i = 0; i < outputs.length; i++) {
    const data = outputs[i]?.tensor.data;
    if (data !== undefined && !isBinary(wish, i) && wish.outputs?.[i]?.classes === undefined) weight += jsonWeight(data);
  }
  return weight > LARGEST_AT_ONCE;
}

function isBinary({ outputs, binaryOutputs }: AnswerWish, index: number): boolean {
  return outputs?.[index]?.binary ?? binaryOutputs;
}

function answered(result: InferResult, { name, tensor }: NamedTensor, asked: RequestedOutput | undefined): Tensor {
  return asked?.classes === undefined ? tensor : classifyOutput(name, tensor, { classes: asked.classes, batched: tensor.shape[0] === result.rows });
}

function* largePieces(beginning: string, outputs: readonly NamedTensor[]): Generator<string> {
  yield beginning;
  for (const [index, { name, tensor }] of outputs.entries()) {
    yield `${index === 0 ? '' : ','}${beginningOfOutput(name, tensor)}"data":[`;
    yield* encodeJsonPieces(name, tensor);
    yield ']}';
  }
  yield ']}';
}

function beginningOfOutput(name: string, { datatype, shape }: Tensor): string {
  return `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join(',')}],`;
}

function encodeOutput(result: InferResult, output: NamedTensor, { asked, wish, parts }: OutputWish): string {
  const { name } = output;
  const tensor = answered(result, output, asked);
  const beginning = beginningOfOutput(name, tensor);
  if (!(asked?.binary ?? wish.binaryOutputs)) return `${beginning}"data":[${encodeJson(name, tensor)}]}`;
  const bytes = encodeRaw(tensor);
  parts.push(bytes);
  return `${beginning}"parameters":{"binary_data_size":${bytes.byteLength}}}`;
}

import type { AssignedVersion } from '@millrace/contracts';
import type { HttpAnswer } from '../http/http-message.ts';
import { classifyOutput } from '../serving/classify-output.ts';
import type { InferResult, NamedTensor } from '../serving/infer-request.ts';
import { encodeRaw } from '../serving/raw-tensor.ts';
import { encodeJson } from './encode-json.ts';
import type { InferBody, RequestedOutput } from './infer-body.ts';
import { JSON_HEADERS } from './json-answer.ts';

/** What a request says about its answer. */
export type AnswerWish = Pick<InferBody, 'outputs' | 'binaryOutputs'>;

/** Encodes the answers of infer requests. Remembers the beginning of an answer for each endpoint and version. */
export class InferEncoder {
  private readonly beginnings = new WeakMap<AssignedVersion, Map<string, string>>();

  /** Bytes follow the JSON where outputs were asked for as bytes. Throws a 400 for an output that cannot be encoded as it was asked for. */
  encode(result: InferResult, wish: AnswerWish): HttpAnswer {
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

function encodeOutput(result: InferResult, { name, tensor: given }: NamedTensor, { asked, wish, parts }: OutputWish): string {
  const tensor = asked?.classes === undefined ? given : classifyOutput(name, given, { classes: asked.classes, batched: given.shape[0] === result.rows });
  const beginning = `{"name":${JSON.stringify(name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join(',')}],`;
  if (!(asked?.binary ?? wish.binaryOutputs)) return `${beginning}"data":[${encodeJson(name, tensor)}]}`;
  const bytes = encodeRaw(tensor);
  parts.push(bytes);
  return `${beginning}"parameters":{"binary_data_size":${bytes.byteLength}}}`;
}

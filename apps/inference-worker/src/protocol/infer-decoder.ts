import type { TensorSpec } from '@millrace/contracts';
import type { InferBody } from './infer-body.ts';
import { decodePlan, type InferPlan } from './infer-plan.ts';
import { parseInferJson, parseInferPlan } from './parse-infer-json.ts';
import { ProtocolError } from './protocol-error.ts';
import { decodeRawRequest } from './raw-request.ts';

/** The header that says how many bytes of a body are JSON; what follows are tensors. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

/** What a model takes and gives, for a request that says nothing about it. */
export interface ModelInterface {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

const REMEMBERED_PLANS = 256;
const LONGEST_REMEMBERED = 4096;

/**
 * Decodes the bodies of infer requests: JSON, JSON with binary tensors behind it, or one raw tensor. A client sends the same JSON before its tensors
 * again and again but for the id, so what it says is remembered.
 */
export class InferDecoder {
  private readonly plans = new Map<string, InferPlan>();

  /** `jsonLength` is the header of that name. Throws a 400 that names the bad part, the expected and the given. */
  decode(body: Buffer, jsonLength: string | undefined, describe: () => ModelInterface): InferBody {
    if (jsonLength === undefined) return parseInferJson(body);
    if (!/^\d{1,15}$/.test(jsonLength))
      throw new ProtocolError(
        400,
        `the header Inference-Header-Content-Length must be the bytes of JSON before the tensors, given ${JSON.stringify(jsonLength)}`,
      );
    const length = Number(jsonLength);
    if (length > body.length)
      throw new ProtocolError(400, `the header Inference-Header-Content-Length says ${length} bytes of JSON, but the body has ${body.length} in all`);
    if (length === 0) return decodeRawRequest(describe(), body);
    return this.decodeMixed(body, length);
  }

  private decodeMixed(body: Buffer, length: number): InferBody {
    const tail = body.subarray(length);
    if (length > LONGEST_REMEMBERED) return decodePlan(parseInferPlan(body.subarray(0, length)), tail);
    const { id, rest } = withoutId(body.toString('latin1', 0, length));
    const known = this.plans.get(rest);
    if (known !== undefined) return decodePlan(id === undefined ? known : { ...known, id }, tail);
    const plan = parseInferPlan(body.subarray(0, length));
    if (plan.id === id && plan.inputs.every(({ data }) => data === undefined)) this.remember(rest, plan);
    return decodePlan(plan, tail);
  }

  private remember(rest: string, plan: InferPlan): void {
    if (this.plans.size >= REMEMBERED_PLANS) this.plans.clear();
    this.plans.set(rest, { ...plan, id: undefined });
  }
}

/** Takes a plain id out of the front of JSON, where clients put it. */
function withoutId(json: string): { readonly id: string | undefined; readonly rest: string } {
  const match = /^\{"id": ?"([ !#-[\]-~]*)", ?(?=")/.exec(json);
  return match === null ? { id: undefined, rest: json } : { id: match[1], rest: `{${json.slice(match[0].length)}` };
}

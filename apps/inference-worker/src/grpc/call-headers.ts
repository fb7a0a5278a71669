import type { HeaderField } from './http2/hpack-tables.ts';
import type { InferHeaders } from './infer-receiver.ts';

const INFER_PATH = '/inference.GRPCInferenceService/ModelInfer';
const UNIT_MILLISECONDS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 0.001, n: 0.000_001 };

/** What an infer call of the usual form says; undefined for every other call, and for what is unusual, such as a compressed message. */
export function inferHeadersOf(headers: readonly HeaderField[]): InferHeaders | undefined {
  let path: string | undefined;
  let method: string | undefined;
  let contentType: string | undefined;
  let authorization: string | undefined;
  let deadline = Number.POSITIVE_INFINITY;
  for (const { name, value } of headers) {
    if (name === ':path') path = value;
    else if (name === ':method') method = value;
    else if (name === 'content-type') contentType = value;
    else if (name === 'authorization') authorization = value;
    else if (name === 'grpc-encoding' && value !== 'identity') return undefined;
    else if (name === 'grpc-timeout') {
      const timeout = timeoutOf(value);
      if (timeout === undefined) return undefined;
      deadline = Date.now() + timeout;
    }
  }
  if (path !== INFER_PATH || method !== 'POST' || (contentType !== 'application/grpc' && contentType !== 'application/grpc+proto')) return undefined;
  return { authorization, deadline };
}

/** In milliseconds. */
function timeoutOf(text: string): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (UNIT_MILLISECONDS[match[2] ?? ''] ?? 0);
}

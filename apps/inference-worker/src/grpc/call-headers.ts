import type { HeaderField } from './http2/hpack-tables.ts';

/** What the headers of a call say. */
export interface CallHeaders {
  readonly path: string | undefined;
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  /** Of compressed messages; undefined where there are none. */
  readonly encoding: string | undefined;
  /** Milliseconds since the epoch, or Infinity; NaN where the timeout is none. */
  readonly deadline: number;
}

const INFER_PATH = '/inference.GRPCInferenceService/ModelInfer';
const UNIT_MILLISECONDS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 0.001, n: 0.000_001 };

/** Reads the headers of a call. Of a field that repeats the last counts. */
export function readCallHeaders(fields: readonly HeaderField[]): CallHeaders {
  let path: string | undefined;
  let method: string | undefined;
  let contentType: string | undefined;
  let authorization: string | undefined;
  let encoding: string | undefined;
  let deadline = Number.POSITIVE_INFINITY;
  for (const { name, value } of fields) {
    if (name === ':path') path = value;
    else if (name === ':method') method = value;
    else if (name === 'content-type') contentType = value;
    else if (name === 'authorization') authorization = value;
    else if (name === 'grpc-encoding') encoding = value === 'identity' ? undefined : value;
    else if (name === 'grpc-timeout') deadline = Date.now() + timeoutOf(value);
  }
  return { path, method, contentType, authorization, encoding, deadline };
}

/** Whether this is an infer call of the usual form. What is unusual, such as a compressed message, is read with more care elsewhere. */
export function isPlainInfer({ path, method, contentType, encoding, deadline }: CallHeaders): boolean {
  return path === INFER_PATH && method === 'POST' && contentType !== undefined && isGrpc(contentType) && encoding === undefined && !Number.isNaN(deadline);
}

/** Whether messages of protobuf follow. */
export function isGrpc(contentType: string): boolean {
  return contentType === 'application/grpc' || contentType === 'application/grpc+proto' || /^application\/grpc(\+proto)?[ \t]*;/.test(contentType);
}

/** In milliseconds. */
function timeoutOf(text: string): number {
  const match = /^(\d{1,8})([HMSmun])$/.exec(text);
  return match === null ? Number.NaN : Number(match[1]) * (UNIT_MILLISECONDS[match[2] ?? ''] ?? 0);
}

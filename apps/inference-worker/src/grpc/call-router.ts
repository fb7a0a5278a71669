import { errorBlock, type CallError } from './call-error.ts';
import { isGrpc, isPlainInfer, readCallHeaders, type CallHeaders } from './call-headers.ts';
import type { CallMethods } from './call-method.ts';
import { CallReceiver, type CallOptions } from './call-receiver.ts';
import { GRPC_STATUS } from './grpc-status.ts';
import { HEADER_LIST_BYTES } from './http2/hpack-decoder.ts';
import type { HeaderField } from './http2/hpack-tables.ts';
import type { Http2Connection } from './http2/http2-connection.ts';
import type { Http2Stream, StreamReceiver } from './http2/http2-stream.ts';
import { PlainRefusal } from './plain-refusal.ts';
import { InferReceiver, type InferReceiverOptions } from './infer-receiver.ts';

/** Who answers what. */
export interface RouterOptions {
  /** For infer calls of the usual form, which are answered in one buffer. */
  readonly infer: InferReceiverOptions;
  /** For all others. */
  readonly calls: CallOptions;
  readonly methods: CallMethods;
}

/** A call that is refused by its headers, with the status of HTTP where clients that are not gRPC look for one. */
interface Refusal extends CallError {
  readonly httpStatus?: number;
}

const NOBODY: StreamReceiver = { data: () => undefined, aborted: () => undefined };
const ENCODINGS: ReadonlySet<string> = new Set(['gzip', 'deflate']);

/** Gives each stream to who answers it, by its headers. */
export class CallRouter {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  open(connection: Http2Connection, stream: Http2Stream, fields: readonly HeaderField[]): StreamReceiver {
    const headers = readCallHeaders(fields);
    if (isPlainInfer(headers)) return new InferReceiver(this.#options.infer, { connection, stream, headers });
    const method = this.#options.methods.get(headers.path ?? '');
    const refusal = refusalOf(headers, method !== undefined);
    if (refusal === undefined && method !== undefined) return new CallReceiver(this.#options.calls, { stream, headers, method });
    const { httpStatus, ...error } = refusal ?? { code: GRPC_STATUS.unimplemented, details: 'no such method', httpStatus: undefined };
    if (httpStatus !== undefined && headers.method !== 'HEAD') return new PlainRefusal(stream, error, httpStatus);
    stream.respond(errorBlock(error, httpStatus), true);
    return NOBODY;
  }

  /** Ends a call whose metadata is more than is taken, and nothing but that. */
  openOverlong(stream: Http2Stream): StreamReceiver {
    const details = `expected metadata of at most ${HEADER_LIST_BYTES} bytes, counting 32 for each field, given more`;
    stream.respond(errorBlock({ code: GRPC_STATUS.resourceExhausted, details }, 431), true);
    return NOBODY;
  }
}

function refusalOf({ method, contentType, path = '', encoding, deadline }: CallHeaders, isKnown: boolean): Refusal | undefined {
  if (method !== 'POST') return { code: GRPC_STATUS.unimplemented, details: `calls are made by POST, given ${method}`, httpStatus: 405 };
  if (contentType === undefined || !isGrpc(contentType))
    return {
      code: GRPC_STATUS.unimplemented,
      details: `expected the content-type "application/grpc", given ${JSON.stringify((contentType ?? '').slice(0, 100))}`,
      httpStatus: 415,
    };
  if (!isKnown) return { code: GRPC_STATUS.unimplemented, details: `no method has the path ${JSON.stringify(path.slice(0, 200))}` };
  if (Number.isNaN(deadline))
    return { code: GRPC_STATUS.invalidArgument, details: 'expected a "grpc-timeout" of up to eight digits and one of the units H, M, S, m, u, n' };
  if (encoding !== undefined && !ENCODINGS.has(encoding))
    return {
      code: GRPC_STATUS.unimplemented,
      details: `expected messages in gzip, deflate or as they are, given the encoding ${JSON.stringify(encoding.slice(0, 100))}`,
    };
  return undefined;
}

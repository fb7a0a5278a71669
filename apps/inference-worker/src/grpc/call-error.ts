import { MillraceError, type ErrorCode } from '@millrace/contracts';
import { cutShort } from '../protocol/cut-short.ts';
import { ProtocolError } from '../protocol/protocol-error.ts';
import { encodeHeaders } from './http2/encode-headers.ts';
import { GRPC_STATUS, type GrpcStatus } from './grpc-status.ts';

/** What a call that fails is answered with. */
export interface CallError {
  readonly code: GrpcStatus;
  readonly details: string;
}

/** A call that ends with a status of its own. */
export class CallRefusal extends Error {
  override readonly name = 'CallRefusal';
  readonly code: GrpcStatus;

  constructor(code: GrpcStatus, details: string) {
    super(details);
    this.code = code;
  }
}

const STATUS_OF_CODE: Readonly<Partial<Record<ErrorCode, GrpcStatus>>> = {
  BAD_INPUT: GRPC_STATUS.invalidArgument,
  UNAUTHENTICATED: GRPC_STATUS.unauthenticated,
  FORBIDDEN: GRPC_STATUS.permissionDenied,
  NOT_FOUND: GRPC_STATUS.notFound,
  CONFLICT: GRPC_STATUS.failedPrecondition,
  REQUEST_TOO_LARGE: GRPC_STATUS.resourceExhausted,
  CANCELLED: GRPC_STATUS.cancelled,
  UNAVAILABLE: GRPC_STATUS.unavailable,
  STORAGE_UNAVAILABLE: GRPC_STATUS.unavailable,
  TIMEOUT: GRPC_STATUS.deadlineExceeded,
};
const STATUS_OF_HTTP: Readonly<Partial<Record<number, GrpcStatus>>> = {
  400: GRPC_STATUS.invalidArgument,
  413: GRPC_STATUS.resourceExhausted,
  415: GRPC_STATUS.unimplemented,
  503: GRPC_STATUS.unavailable,
};

/** Any thrown value as an answer; what is not the caller's and will not pass is `internal`. */
export function callErrorOf(thrown: unknown): CallError {
  if (thrown instanceof CallRefusal) return { code: thrown.code, details: cutShort(thrown.message) };
  if (thrown instanceof ProtocolError) return { code: STATUS_OF_HTTP[thrown.status] ?? GRPC_STATUS.internal, details: cutShort(thrown.message) };
  const error = MillraceError.wrap(thrown);
  return { code: STATUS_OF_CODE[error.code] ?? GRPC_STATUS.internal, details: cutShort(error.message) };
}

/** Status and details as header fields: as trailers, and in the headers of an answer that has nothing else. */
export function statusFields({ code, details }: CallError): readonly (readonly [name: string, value: string])[] {
  return [
    ['grpc-status', String(code)],
    ['grpc-message', encodeURI(details)],
  ];
}

/** The headers of an answer that is nothing but an error. */
export function errorBlock(error: CallError, httpStatus = 200): Buffer {
  return encodeHeaders([[':status', String(httpStatus)], ['content-type', 'application/grpc'], ...statusFields(error)]);
}

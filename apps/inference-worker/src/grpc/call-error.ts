import { MillraceError, type ErrorCode } from '@millrace/contracts';
import { status } from '@grpc/grpc-js';

/** What a call that fails is answered with. */
export interface CallError {
  readonly code: status;
  readonly details: string;
}

/** Details travel in a header field, and clients limit those. */
const LONGEST_DETAILS = 2000;

const STATUS_OF_CODE: Readonly<Partial<Record<ErrorCode, status>>> = {
  BAD_INPUT: status.INVALID_ARGUMENT,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  FORBIDDEN: status.PERMISSION_DENIED,
  NOT_FOUND: status.NOT_FOUND,
  CONFLICT: status.FAILED_PRECONDITION,
  CANCELLED: status.CANCELLED,
  UNAVAILABLE: status.UNAVAILABLE,
  TIMEOUT: status.DEADLINE_EXCEEDED,
};

/** Any thrown value as an answer; what is not the caller's and will not pass is `INTERNAL`. */
export function callErrorOf(thrown: unknown): CallError {
  const error = MillraceError.wrap(thrown);
  const text = error.message.length > LONGEST_DETAILS ? `${error.message.slice(0, LONGEST_DETAILS)}…` : error.message;
  // By way of UTF-8, because half a character cannot be sent.
  return { code: STATUS_OF_CODE[error.code] ?? status.INTERNAL, details: Buffer.from(text).toString() };
}

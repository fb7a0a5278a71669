import { MillraceError, type ErrorCode } from '@millrace/contracts';

/** An answer of the protocol that is not a success: HTTP status and the text of its error body. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }

  /** Any thrown value as an answer: bad input is the caller's, unavailability asks for a retry, the rest is ours. */
  static from(thrown: unknown): ProtocolError {
    if (thrown instanceof ProtocolError) return thrown;
    const error = MillraceError.wrap(thrown);
    const status = STATUS_OF_CODE[error.code] ?? 500;
    return new ProtocolError(status, error.message, status === 503 ? RETRY_SOON : {});
  }
}

/** Tells the client to come back in a second. */
export const RETRY_SOON: Readonly<Record<string, string>> = { 'retry-after': '1' };

const STATUS_OF_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  BAD_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  REQUEST_TOO_LARGE: 413,
  CANCELLED: 499,
  UNAVAILABLE: 503,
  STORAGE_UNAVAILABLE: 503,
  TIMEOUT: 504,
};

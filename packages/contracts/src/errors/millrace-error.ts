/** What an error carries beside its message: the values it is about, safe to show to the caller. */
export type ErrorFields = Readonly<Record<string, unknown>>;

/**
 * Stable codes. They appear in GraphQL `extensions.code`, in the SDK, and in the error of a failed job.
 *
 * @example
 * ```ts
 * import { ERROR_CODES, type ErrorCode } from '@millrace/contracts';
 *
 * const isErrorCode = (text: string): text is ErrorCode => ERROR_CODES.some((code) => code === text);
 * isErrorCode('NOT_FOUND'); // true
 * ```
 */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_INPUT',
  'CONFLICT',
  'ILLEGAL_TRANSITION',
  'QUERY_TOO_DEEP',
  'QUERY_TOO_COSTLY',
  'ANSWER_TOO_LARGE',
  'REQUEST_TOO_LARGE',
  'TOO_MANY_REQUESTS',
  'SQL_INVALID',
  'SQL_FORBIDDEN',
  'SOURCE_MISSING',
  'SOURCE_EMPTY',
  'SOURCE_CORRUPT',
  'SOURCE_COLUMN_MISSING',
  'SOURCE_NOT_ALLOWED',
  'EXPECTATION_FAILED',
  'TABLE_UNSUPPORTED',
  'COMMIT_CONFLICT',
  'TRAINER_UNKNOWN',
  'TRAINING_DATA_UNUSABLE',
  'ARTIFACT_CORRUPT',
  'ARTIFACT_MISSING',
  'MODEL_INVALID',
  'SIGNATURE_MISMATCH',
  'CHECK_FAILED',
  'NODE_UNAVAILABLE',
  'JOB_FAILED',
  'JOB_CANCELLED',
  'STALE_ATTEMPT',
  'PAYLOAD_INVALID',
  'TIMEOUT',
  'CANCELLED',
  'UNAVAILABLE',
  'STORAGE_UNAVAILABLE',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * The one error class that crosses process boundaries. `code` is stable, `retryable` says whether the same call may
 * succeed later, `fields` hold the values that the message names.
 *
 * @example
 * ```ts
 * import { MillraceError, type ErrorFields, type SerializedError } from '@millrace/contracts';
 *
 * const fields: ErrorFields = { column: 'delay' };
 * const error = new MillraceError('SOURCE_COLUMN_MISSING', 'The source has no column "delay".', { fields });
 * const sent: SerializedError = error.toJSON();
 * MillraceError.from(sent).code; // 'SOURCE_COLUMN_MISSING'
 * MillraceError.wrap(new TypeError('boom')).code; // 'INTERNAL'
 * ```
 */
export class MillraceError extends Error {
  override readonly name: string = 'MillraceError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly fields: ErrorFields;

  constructor(code: ErrorCode, message: string, options: { retryable?: boolean; fields?: ErrorFields; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.fields = options.fields ?? {};
  }

  toJSON(): SerializedError {
    return { code: this.code, message: this.message, retryable: this.retryable, fields: this.fields };
  }

  static from(value: SerializedError): MillraceError {
    return new MillraceError(value.code, value.message, { retryable: value.retryable, fields: value.fields });
  }

  /**
   * Any thrown value as a MillraceError. A disk that is full, broken, away or not ours to write is `STORAGE_UNAVAILABLE`; what is not
   * known becomes `INTERNAL`. The original is the cause.
   */
  static wrap(thrown: unknown): MillraceError {
    if (thrown instanceof MillraceError) return thrown;
    const errno = storageErrnoOf(thrown);
    if (errno !== undefined && thrown instanceof Error)
      return new MillraceError('STORAGE_UNAVAILABLE', `Storage cannot be used: ${thrown.message}. It is tried again.`, { cause: thrown, fields: { errno } });
    return new MillraceError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}

/** The form an error has in a job row, in a message between processes and in GraphQL extensions. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly fields: ErrorFields;
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'COMMIT_CONFLICT',
  'TOO_MANY_REQUESTS',
  'NODE_UNAVAILABLE',
  'TIMEOUT',
  'UNAVAILABLE',
  'STORAGE_UNAVAILABLE',
  'INTERNAL',
]);

/** What the operating system says of a disk, of a share or of this process's right to them, and not of the data on it. */
const STORAGE_ERRNOS: ReadonlySet<string> = new Set(
  'ENOSPC EDQUOT EIO EACCES EPERM EROFS ESTALE EMFILE ENFILE EBUSY ENODEV ENXIO EREMOTEIO EHOSTDOWN ETIMEDOUT'.split(' '),
);

/** Errors of sockets have an address: one that timed out is no storage. */
function storageErrnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string' || !STORAGE_ERRNOS.has(thrown.code)) return undefined;
  return 'address' in thrown || 'hostname' in thrown ? undefined : thrown.code;
}

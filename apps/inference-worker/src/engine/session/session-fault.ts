import type { ErrorCode, ErrorFields, SerializedError } from '@millrace/contracts';

/**
 * An error inside a session thread, in the form in which it travels to the main thread. Session threads import nothing of
 * the contracts at run time: that would cost each of them 8 MiB and a tenth of a second.
 */
export class SessionFault extends Error {
  readonly serialized: SerializedError;

  constructor(code: ErrorCode, message: string, fields: ErrorFields = {}) {
    super(message);
    this.serialized = { code, message, retryable: false, fields };
  }

  /** Any thrown value in the form in which it travels. */
  static serialize(thrown: unknown): SerializedError {
    if (thrown instanceof SessionFault) return thrown.serialized;
    return { code: 'INTERNAL', message: thrown instanceof Error ? thrown.message : String(thrown), retryable: false, fields: {} };
  }
}

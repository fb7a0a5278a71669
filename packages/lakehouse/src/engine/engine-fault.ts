import type { ErrorCode, SerializedError } from '@millrace/contracts';

/**
 * An error inside the engine process, which loads no zod and so not the contracts at run time: a quarter of its start-up time.
 * The parent turns it into the `MillraceError` of the same code.
 */
export class EngineFault extends Error {
  override readonly name: string = 'EngineFault';
  readonly code: ErrorCode;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.fields = fields;
  }

  toJSON(): SerializedError {
    return { code: this.code, message: this.message, retryable: this.code === 'STORAGE_UNAVAILABLE', fields: this.fields };
  }
}

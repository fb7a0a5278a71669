/** What a log line carries beside its constant message. An `error` field that holds an `Error` is written with its code and stack. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured lines: a constant message, the values beside it. Passed in, never imported; `child` binds fields to every line. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

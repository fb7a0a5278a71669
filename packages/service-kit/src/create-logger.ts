import { pino, stdTimeFunctions, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { LineDestination } from './line-destination.ts';
import type { Logger } from './logger.ts';

export const LOG_THRESHOLDS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogThreshold = (typeof LOG_THRESHOLDS)[number];

export interface LoggerOptions {
  readonly service: string;
  readonly level?: LogThreshold;
  /** Standard output unless told: see `LineDestination`. */
  readonly destination?: DestinationStream;
}

/** A logger that writes one JSON object a line: `level`, `time`, `service`, the bound fields, `message`. */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError },
  };
  return adapt(pino(options, destination ?? new LineDestination()));
}

function adapt(target: PinoLogger): Logger {
  return {
    debug: (message, fields = {}) => target.debug(fields, message),
    info: (message, fields = {}) => target.info(fields, message),
    warn: (message, fields = {}) => target.warn(fields, message),
    error: (message, fields = {}) => target.error(fields, message),
    child: (fields) => adapt(target.child(fields)),
  };
}

function describeError(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const code = 'code' in value ? { code: value.code } : {};
  const cause = value.cause === undefined ? {} : { cause: describeError(value.cause) };
  return { name: value.name, message: value.message, ...code, stack: value.stack, ...cause };
}

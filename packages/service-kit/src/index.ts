export type { LogFields, Logger } from './logger.ts';
export { createLogger, LOG_THRESHOLDS, type LoggerOptions, type LogThreshold } from './create-logger.ts';
export { LineDestination } from './line-destination.ts';
export { parseEnv } from './parse-env.ts';
export { runProcess, type ProcessKit, type ProcessOptions, type RunningProcess } from './run-process.ts';
export { halfOfMemory, limitedNode, type Command } from './limited-node.ts';
export { freePort } from './free-port.ts';
export { leaseHolder, workerEnvShape } from './worker-env.ts';
export { isAlive } from './watch-parent.ts';

export type { Lease, LeasedJob } from '@millrace/contracts';
export type { JobLedger, JobLogEntry, RenewAnswer } from './job-ledger.ts';
export type { Outbox, OutboxMessage } from './outbox.ts';
export type { JobContext, JobHandler, JobHandlers, JobLog } from './job-context.ts';
export { WorkerStopped } from './worker-stopped.ts';
export { startJobWorker, type JobWorker, type JobWorkerOptions } from './worker/start-job-worker.ts';
export { startOutboxRelay, type OutboxRelay, type RelayOptions } from './start-outbox-relay.ts';
export { startSweeper, type SweeperOptions } from './start-sweeper.ts';

import type { JobName, QueueName } from '@millrace/contracts';

/** One delivery that is owed to a queue. `id` is that of the delivery: a job that is retried has several. */
export interface OutboxMessage {
  readonly id: string;
  readonly jobId: string;
  readonly queue: QueueName;
  readonly name: JobName;
  readonly delayMilliseconds: number;
}

/** The deliveries that are owed. */
export interface Outbox {
  /** Publishes up to `limit` of them and marks them; when `publish` throws they stay owed. Returns how many were published. */
  take(limit: number, publish: (messages: OutboxMessage[]) => Promise<void>): Promise<number>;
  /** Calls the listener after deliveries were written. Returns what stops it. */
  onInsert(listener: () => void): Promise<() => Promise<void>>;
}

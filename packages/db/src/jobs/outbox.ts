import type { JobName, QueueName } from '@millrace/contracts';
import type { DataSource } from 'typeorm';
import { whileConnected } from '../connection-error.ts';
import { listen } from '../notifications/listen.ts';

/** One delivery that is owed to a queue. `id` is that of the delivery: a job that is retried has several. */
export interface OutboxMessage {
  readonly id: string;
  readonly jobId: string;
  readonly workspaceId: string;
  readonly queue: QueueName;
  readonly name: JobName;
  readonly delayMilliseconds: number;
}

const TAKE = `
  SELECT outbox.id, outbox.job_id AS "jobId", job.workspace_id AS "workspaceId", outbox.queue, outbox.name, outbox.delay_milliseconds AS "delayMilliseconds"
  FROM outbox JOIN job ON job.id = outbox.job_id
  WHERE outbox.published_at IS NULL ORDER BY outbox.id LIMIT $1 FOR UPDATE OF outbox SKIP LOCKED`;

/** The deliveries that are owed. Several relays share them: each row is locked by the one that publishes it. */
export class Outbox {
  readonly #dataSource: DataSource;

  constructor({ dataSource }: { readonly dataSource: DataSource }) {
    this.#dataSource = dataSource;
  }

  /**
   * Publishes up to `limit` deliveries, oldest first, and marks them in the same transaction. When `publish` throws they stay owed;
   * when the mark is lost after publishing they are published again, so publishing the same `id` twice has to change nothing.
   * @returns how many were published
   */
  async take(limit: number, publish: (messages: OutboxMessage[]) => Promise<void>): Promise<number> {
    return whileConnected(() =>
      this.#dataSource.transaction(async (manager) => {
        const messages: OutboxMessage[] = await manager.query(TAKE, [limit]);
        if (messages.length === 0) return 0;
        await publish(messages);
        await manager.query('UPDATE outbox SET published_at = now() WHERE id = ANY($1)', [messages.map(({ id }) => id)]);
        return messages.length;
      }),
    );
  }

  /** Calls the listener after deliveries were written, and once whenever the connection had to be made again. Returns what stops it. */
  onInsert(listener: () => void): Promise<() => Promise<void>> {
    return listen(this.#dataSource, 'millrace_outbox', { onMessage: listener, onReconnected: listener });
  }
}

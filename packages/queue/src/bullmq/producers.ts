import type { QueueName } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { OutboxMessage } from '../outbox.ts';
import type { Producer, QueueBackend } from './queue-backend.ts';
import { reportTrouble } from '../report-trouble.ts';

/** One producer for each queue, opened when it is first needed. */
export class Producers {
  readonly #backend: QueueBackend;
  readonly #onError: (error: Error) => void;
  readonly #open = new Map<QueueName, Producer>();

  constructor(backend: QueueBackend, logger: Logger) {
    this.#backend = backend;
    this.#onError = reportTrouble(logger);
  }

  /** In one call for each queue. After an error some may be published: do it again, with the same ids. */
  async publish(messages: readonly OutboxMessage[]): Promise<void> {
    for (const name of new Set(messages.map(({ queue }) => queue))) {
      const deliveries = messages.filter(({ queue }) => queue === name).map((message) => ({ ...message, id: `${message.jobId}-${message.id}` }));
      try {
        await this.#producer(name).publish(deliveries);
      } catch (error) {
        await this.#forget(name);
        throw error;
      }
    }
  }

  /** Resolves when the queue answers. */
  async ping(name: QueueName): Promise<void> {
    try {
      await this.#producer(name).ping();
    } catch (error) {
      await this.#forget(name);
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const name of this.#open.keys()) await this.#forget(name);
  }

  #producer(name: QueueName): Producer {
    const open = this.#open.get(name) ?? this.#backend.createProducer(name, this.#onError);
    this.#open.set(name, open);
    return open;
  }

  /** BullMQ keeps a failed first connection for good, so after an error the next try begins with a new producer. */
  async #forget(name: QueueName): Promise<void> {
    const producer = this.#open.get(name);
    this.#open.delete(name);
    await producer?.close().catch(this.#onError);
  }
}

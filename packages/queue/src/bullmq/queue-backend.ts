import { MillraceError, type QueueName } from '@millrace/contracts';
import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import { SteadyClient } from './steady-client.ts';

/** What is on the queue: only which row it is about. */
export interface Delivery {
  readonly jobId: string;
}

/** One delivery to publish. `id` is its own: publishing the same one twice while it waits changes nothing. */
export interface OwedDelivery {
  readonly id: string;
  readonly name: string;
  readonly jobId: string;
  readonly delayMilliseconds: number;
}

export interface Producer {
  publish(deliveries: readonly OwedDelivery[]): Promise<void>;
  /** Resolves when the queue answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What takes deliveries from a queue: BullMQ's worker. */
export interface Taker {
  waitUntilReady(): Promise<unknown>;
  /** Takes no more; with `true` it does not wait for what it has taken. */
  pause(doNotWait: boolean): Promise<void>;
  close(force: boolean): Promise<void>;
}

export interface TakerOptions {
  readonly take: (delivery: Delivery) => Promise<void>;
  readonly concurrency: number;
  /** After so long without a sign of life of its taker a delivery is handed to another one. */
  readonly lockSeconds: number;
  readonly onError: (error: Error) => void;
}

/** BullMQ on one of its backends. */
export interface QueueBackend {
  createProducer(name: QueueName, onError: (error: Error) => void): Producer;
  createTaker(name: QueueName, options: TakerOptions): Taker;
}

/** BullMQ's own tables stay apart from ours. */
const SCHEMA = 'bullmq';
/** Begins every Redis key. */
const PREFIX = 'millrace';

/**
 * The backend that the url asks for: `postgres://` or `postgresql://` (tables in schema `bullmq`, made when missing), `redis://` or `rediss://`.
 * @throws MillraceError `BAD_INPUT` for any other url
 */
export function openBackend(queueUrl: string): QueueBackend {
  const scheme = queueUrl.split('://')[0] ?? '';
  if (scheme === 'postgres' || scheme === 'postgresql') return postgresBackend(queueUrl);
  if (scheme === 'redis' || scheme === 'rediss') return redisBackend(queueUrl);
  throw new MillraceError('BAD_INPUT', `QUEUE_URL begins with ${scheme}://, which is no queue. Use postgres:// or redis://.`, { fields: { scheme } });
}

function postgresBackend(connectionString: string): QueueBackend {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = { connectionString, schema: SCHEMA, migrate: true, max: 2, keepAlive: true, idleTimeoutMillis: 0, Client: SteadyClient };
  return {
    // Publishes one batch at a time, so one connection is enough.
    createProducer: (name, onError) => producerOf(new Queue<Delivery>(name, { connection: { ...connection, max: 1 }, ...PRODUCER }), onError),
    createTaker: (name, options) => listening(new Worker<Delivery>(name, (job) => options.take(job.data), { connection, ...takerOptions(options) }), options),
  };
}

function redisBackend(url: string): QueueBackend {
  const { Queue, Worker } = withBackend(createRedisBackend);
  const connection = { url, retryStrategy: (times: number) => Math.min(times * 100, 2000) };
  // A relay holds row locks while it publishes: better an error at once than a command that waits for Redis.
  const impatient = { ...connection, maxRetriesPerRequest: 1 };
  const patient = { ...connection, maxRetriesPerRequest: null };
  return {
    createProducer: (name, onError) => producerOf(new Queue<Delivery>(name, { connection: impatient, prefix: PREFIX, ...PRODUCER }), onError),
    createTaker: (name, options) =>
      listening(new Worker<Delivery>(name, (job) => options.take(job.data), { connection: patient, prefix: PREFIX, ...takerOptions(options) }), options),
  };
}

interface Emitter {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

interface DeliveryOptions {
  readonly jobId: string;
  readonly delay: number;
}

interface BulkQueue extends Emitter {
  add(name: string, data: Delivery, options: DeliveryOptions): Promise<unknown>;
  getJobCounts(state: 'waiting'): Promise<unknown>;
  addBulk(jobs: { name: string; data: Delivery; opts: DeliveryOptions }[]): Promise<unknown>;
  close(): Promise<void>;
}

const PRODUCER = { streams: { events: { maxLen: 100 } }, defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 } };

/** In one statement from so many on: on PostgreSQL that makes two temporary tables, which takes ten times as long as adding one. */
const BULK_FROM = 12;

function producerOf(queue: BulkQueue, onError: (error: Error) => void): Producer {
  queue.on('error', onError);
  return {
    publish: async (deliveries) => {
      const jobs = deliveries.map(({ id, name, jobId, delayMilliseconds }) => ({ name, data: { jobId }, opts: { jobId: id, delay: delayMilliseconds } }));
      if (jobs.length >= BULK_FROM) await queue.addBulk(jobs);
      else for (const { name, data, opts } of jobs) await queue.add(name, data, opts);
    },
    ping: async () => {
      await queue.getJobCounts('waiting');
    },
    close: () => queue.close(),
  };
}

function listening<Worker extends Emitter>(worker: Worker, { onError }: TakerOptions): Worker {
  worker.on('error', onError);
  return worker;
}

/** A stalled delivery may come back for ever: whether its job may begin once more is for the row to say. */
function takerOptions({ concurrency, lockSeconds }: TakerOptions): {
  concurrency: number;
  lockDuration: number;
  stalledInterval: number;
  maxStalledCount: number;
  runRetryDelay: number;
} {
  return { concurrency, lockDuration: lockSeconds * 1000, stalledInterval: lockSeconds * 1000, maxStalledCount: 1_000_000, runRetryDelay: 500 };
}

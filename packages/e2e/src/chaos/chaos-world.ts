import { createDataSource, type DataSource } from '@millrace/db';
import { Millrace } from '@millrace/sdk';
import { MillraceSystem } from '../stories/millrace-system.ts';
import { nothingAcknowledged, type Acknowledged } from './acknowledged.ts';
import { OwnDisk } from './own-disk.ts';
import { OwnQueue } from './own-queue.ts';
import { seededRandom } from '@millrace/learning';

/** Room for PostgreSQL with its log, and for tables and artifacts of four minutes. */
const DISK_BYTES = 2e9;

/** What is shorter here than it usually is, so that everything goes on soon after a fault, and tables are compacted meanwhile. */
const SETTINGS = { UNDELIVERED_SECONDS: '10', SWEEP_SECONDS: '1', RETENTION_SWEEP_SECONDS: '5' };

/** The system that everything happens to, and what it happens with. */
export interface ChaosWorld {
  readonly system: MillraceSystem;
  /** Asks once: a call that is made again may log its events twice. */
  readonly impatient: Millrace;
  readonly database: DataSource;
  readonly seed: number;
  /** What the load is made of. */
  readonly random: () => number;
  readonly seen: Acknowledged;
  /** A Redis of its own; without one the queue lies in PostgreSQL. */
  readonly queue: OwnQueue | undefined;
  /** All state lies on a disk of its own, where one can be mounted. */
  readonly disk: OwnDisk | undefined;
  stop(): Promise<void>;
}

/** Every other seed has its queue in PostgreSQL. */
export async function startChaosWorld(seed: number, prepare: (sources: string) => Promise<unknown>): Promise<ChaosWorld> {
  Object.assign(process.env, SETTINGS);
  const queue = seed % 2 === 1 ? await OwnQueue.start() : undefined;
  const disk = await OwnDisk.mount(DISK_BYTES);
  const release = async (): Promise<void> => {
    await queue?.stop();
    await disk?.unmount();
  };
  try {
    const system = await MillraceSystem.start(prepare, { ...(disk && { parent: disk.path }), ...(queue && { env: { QUEUE_URL: queue.url } }) });
    const database = await createDataSource({ url: await system.databaseUrl() }).initialize();
    const impatient = new Millrace({ url: system.url, token: system.token, retries: { attempts: 1 }, requestTimeoutSeconds: 10 });
    return {
      system,
      impatient,
      database,
      queue,
      disk,
      seed,
      random: seededRandom(seed),
      seen: nothingAcknowledged(),
      stop: async () => {
        disk?.free();
        await database.destroy();
        await impatient.close();
        await system.stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

import { availableParallelism, tmpdir } from 'node:os';
import { leaseHolder, parseEnv, workerEnvShape } from '@millrace/service-kit';
import { z } from 'zod';
import { SourceFolders } from './source-folders.ts';

const shape = workerEnvShape.extend({
  LAKEHOUSE_URL: z.string().min(1),
  SOURCE_ROOTS: z
    .string()
    .min(1)
    .transform((text, context) => {
      const folders = SourceFolders.parse(text);
      if (folders !== undefined) return folders;
      context.addIssue({ code: 'custom', message: 'must be absolute folders, such as team-a=/srv/team-a:*=/srv/public' });
      return z.NEVER;
    }),
  SPILL_DIR: z.string().min(1).optional(),
  RECONCILE_SECONDS: z.coerce.number().min(1).default(600),
  CONCURRENCY: z.coerce.number().int().min(1).default(1),
  ENGINE_MEMORY_MEGABYTES: z.coerce.number().int().min(64).default(1024),
  ENGINE_THREADS: z.coerce.number().int().min(1).optional(),
});

/** What this process is told from outside. */
export interface EtlWorkerEnv {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly lakehouseUrl: string;
  /** Folders that data sources may lie in. */
  readonly sourceFolders: SourceFolders;
  /** Where this process makes a folder for what does not fit into the memory of the SQL engine. */
  readonly spillRoot: string;
  readonly leaseSeconds: number;
  /** How often the commits of the lakehouse are compared with the dataset versions. */
  readonly reconcileSeconds: number;
  /** Runs at once; each has an engine process with `engineMemoryMegabytes` to itself. */
  readonly concurrency: number;
  readonly engineMemoryMegabytes: number;
  readonly engineThreads: number;
  /** Names this process in leases. */
  readonly holder: string;
}

/** The environment of this process. Throws `BAD_INPUT` that lists every variable that is missing or wrong. */
export function readEnv(): EtlWorkerEnv {
  const env = parseEnv(shape, process.env);
  return {
    databaseUrl: env.DATABASE_URL,
    queueUrl: env.QUEUE_URL,
    lakehouseUrl: env.LAKEHOUSE_URL,
    sourceFolders: env.SOURCE_ROOTS,
    spillRoot: env.SPILL_DIR ?? tmpdir(),
    leaseSeconds: env.LEASE_SECONDS,
    reconcileSeconds: env.RECONCILE_SECONDS,
    concurrency: env.CONCURRENCY,
    engineMemoryMegabytes: env.ENGINE_MEMORY_MEGABYTES,
    engineThreads: env.ENGINE_THREADS ?? availableParallelism(),
    holder: leaseHolder('etl-worker'),
  };
}

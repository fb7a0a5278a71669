import { fileURLToPath } from 'node:url';
import { ChangeFeed, createDataSource, JobLedger, judgeDueMilestones, migrate, Outbox, settleReleases } from '@millrace/db';
import { startOutboxRelay, startSweeper } from '@millrace/queue';
import type { Logger } from '@millrace/service-kit';
import { openStorage } from '@millrace/storage';
import { isLoopbackHost } from '#features/nodes';
import { Authenticator } from './authorisation/authenticator.ts';
import { storeBootstrapTokens } from './authorisation/bootstrap-tokens.ts';
import type { ControlPlaneEnv } from './env.ts';
import { makeFeatures } from './make-features.ts';
import { buildExecutableSchema } from './schema/build-schema.ts';
import { ContextFactory } from './server/context-factory.ts';
import { startServer } from './server/start-server.ts';

export interface ControlPlane {
  readonly url: string;
  close(): Promise<void>;
}

/** Where `scripts/build-ide.mjs` puts the IDE, seen from `src` as from `dist`. */
const IDE_FOLDER = fileURLToPath(new URL('../dist/ide', import.meta.url));

/** The control plane, wired by hand: migrations first, then the feed, the relay and the sweeper, and the port last. */
export async function startControlPlane(env: ControlPlaneEnv, logger: Logger): Promise<ControlPlane> {
  const onConnectionLost = (error: Error): void => logger.warn('database connection lost', { reason: error.message });
  const dataSource = await createDataSource({
    url: env.DATABASE_URL,
    poolSize: env.POOL_SIZE,
    applicationName: 'millrace-control-plane',
    onConnectionLost,
  }).initialize();
  await migrate(dataSource);
  await storeBootstrapTokens(dataSource, { admin: env.BOOTSTRAP_TOKEN, node: env.NODE_BOOTSTRAP_TOKEN });

  const ledger = new JobLedger({ dataSource });
  const changes = new ChangeFeed({ dataSource });
  await changes.start();
  const relay = await startOutboxRelay({ queueUrl: env.QUEUE_URL, outbox: new Outbox({ dataSource }), logger: logger.child({ part: 'relay' }) });
  const sweeper = startSweeper({ sweep: () => ledger.sweep(), everySeconds: env.SWEEP_SECONDS, logger: logger.child({ part: 'sweeper' }) });
  const settler = startSweeper({
    sweep: () => dataSource.transaction((manager) => settleReleases(manager)),
    everySeconds: env.SWEEP_SECONDS,
    logger: logger.child({ part: 'releases' }),
  });
  const calendar = startSweeper({
    sweep: () => judgeDueMilestones(dataSource),
    everySeconds: env.MILESTONE_SECONDS,
    logger: logger.child({ part: 'milestones' }),
  });

  const artifacts = openStorage(env.STORAGE_URL);
  const authenticator = new Authenticator({ dataSource });
  const { resolvers, streams } = makeFeatures({ changes, ledger, artifacts, loopbackNodes: isLoopbackHost(env.HOST) });
  const server = await startServer({
    schema: buildExecutableSchema({ resolvers, dataSource }),
    contexts: new ContextFactory({ dataSource, authenticator, streams, logger }),
    authenticator,
    dataSource,
    artifacts,
    logger,
    host: env.HOST,
    port: env.PORT,
    limits: { depth: env.MAXIMUM_QUERY_DEPTH, cost: env.MAXIMUM_QUERY_COST },
    maximumBodyBytes: env.MAXIMUM_BODY_BYTES,
    maximumArtifactBytes: env.MAXIMUM_ARTIFACT_BYTES,
    ideFolder: IDE_FOLDER,
  });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await calendar.close();
      await settler.close();
      await sweeper.close();
      await relay.close();
      await changes.close();
      await dataSource.destroy();
    },
  };
}

import { fileURLToPath } from 'node:url';
import { judgeAlerts, ChangeFeed, createDataSource, JobLedger, judgeDueMilestones, migrate, Outbox, settleReleases } from '@millrace/db';
import { SqlChecker } from '@millrace/lakehouse/sql-checker';
import { startOutboxRelay, startSweeper } from '@millrace/queue';
import type { Logger } from '@millrace/service-kit';
import { openStorage } from '@millrace/storage';
import { isLoopbackHost } from '#features/nodes';
import { requestLanes } from './admission/request-lanes.ts';
import { Authenticator } from './authorisation/authenticator.ts';
import { storeBootstrapTokens } from './authorisation/bootstrap-tokens.ts';
import { signInWarnings } from './authorisation/sign-in-warnings.ts';
import type { BudgetLimits } from './budget/request-budget.ts';
import type { ControlPlaneEnv } from './env.ts';
import { makeFeatures } from './make-features.ts';
import { Metrics } from './metrics/metrics.ts';
import { SweepGauges } from './metrics/sweep-gauges.ts';
import { buildExecutableSchema } from './schema/build-schema.ts';
import { ContextFactory } from './server/context-factory.ts';
import { PACE_LIMITS } from './server/pace.ts';
import { Readiness } from './server/readiness.ts';
import { startServer } from './server/start-server.ts';

export interface ControlPlane {
  readonly url: string;
  close(): Promise<void>;
}

/** Where `scripts/build-ide.mjs` puts the IDE, seen from `src` as from `dist`. */
const IDE_FOLDER = fileURLToPath(new URL('../dist/ide', import.meta.url));

/** Connections of what the house does by itself: the relay, sweepers, health. Callers have a pool of their own and cannot take these. */
const HOUSE_POOL_SIZE = 4;

/** The control plane, wired by hand: migrations first, then the feed, the relay and the sweeper, and the port last. */
export async function startControlPlane(env: ControlPlaneEnv, logger: Logger): Promise<ControlPlane> {
  const onConnectionLost = (error: Error): void => logger.warn('database connection lost', { reason: error.message });
  const connection = { url: env.DATABASE_URL, onConnectionLost };
  const dataSource = await createDataSource({ ...connection, poolSize: HOUSE_POOL_SIZE, applicationName: 'millrace-control-plane' }).initialize();
  await migrate(dataSource);
  await storeBootstrapTokens(dataSource, { admin: env.BOOTSTRAP_TOKEN, node: env.NODE_BOOTSTRAP_TOKEN });

  const callers = await createDataSource({
    ...connection,
    poolSize: env.POOL_SIZE,
    applicationName: 'millrace-callers',
    statementSeconds: env.STATEMENT_SECONDS,
  }).initialize();
  const ledger = new JobLedger({ dataSource });
  const changes = new ChangeFeed({ dataSource });
  await changes.start();
  const relay = await startOutboxRelay({ queueUrl: env.QUEUE_URL, outbox: new Outbox({ dataSource }), logger: logger.child({ part: 'relay' }) });
  const undeliveredSeconds = env.UNDELIVERED_SECONDS;
  const sweeper = startSweeper({
    sweep: () => ledger.sweep({ undeliveredSeconds }),
    everySeconds: env.SWEEP_SECONDS,
    logger: logger.child({ part: 'sweeper' }),
  });
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
  const alerts = startSweeper({
    sweep: () => dataSource.transaction((manager) => judgeAlerts(manager)),
    everySeconds: env.SWEEP_SECONDS,
    logger: logger.child({ part: 'alerts' }),
  });

  const warnings = (): Promise<string[]> => signInWarnings(dataSource.manager);
  for (const warning of await warnings()) logger.error('nobody can sign in', { warning });
  // Asked on the pool of the house: whether the database answers is not a question of how busy callers keep theirs.
  const readiness = new Readiness({ parts: { database: () => dataSource.query('SELECT 1'), queue: () => relay.ping() }, warnings });
  const artifacts = openStorage(env.STORAGE_URL);
  const metrics = new Metrics();
  const sweepGauges = new SweepGauges({ dataSource, metrics });
  const watcher = startSweeper({ sweep: () => sweepGauges.refresh(), everySeconds: env.MILESTONE_SECONDS, logger: logger.child({ part: 'sweeps' }) });
  const authenticator = new Authenticator({ dataSource: callers });
  const sql = new SqlChecker();
  const { resolvers, streams } = makeFeatures({
    changes,
    ledger,
    artifacts,
    loopbackNodes: isLoopbackHost(env.HOST),
    checkSql: (definition, workspaceId) => sql.check(definition, workspaceId),
  });
  const server = await startServer({
    schema: buildExecutableSchema({ resolvers }),
    contexts: new ContextFactory({ dataSource: callers, budget: budgetOf(env), streams, logger }),
    authenticator,
    callers,
    metrics,
    readiness,
    lanes: requestLanes(env.POOL_SIZE, metrics),
    pace: { ...PACE_LIMITS, windowSeconds: env.SLOW_PEER_SECONDS },
    artifacts,
    logger,
    host: env.HOST,
    port: env.PORT,
    limits: { depth: env.MAXIMUM_QUERY_DEPTH, cost: env.MAXIMUM_QUERY_COST, rootFields: env.MAXIMUM_ROOT_FIELDS },
    maximumBodyBytes: env.MAXIMUM_BODY_BYTES,
    maximumArtifactBytes: env.MAXIMUM_ARTIFACT_BYTES,
    ideFolder: IDE_FOLDER,
  });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      sql.close();
      await watcher.close();
      await alerts.close();
      await calendar.close();
      await settler.close();
      await sweeper.close();
      await relay.close();
      await changes.close();
      await callers.destroy();
      await dataSource.destroy();
    },
  };
}

function budgetOf(env: ControlPlaneEnv): BudgetLimits {
  return { answerBytes: env.MAXIMUM_ANSWER_BYTES, rows: env.MAXIMUM_READ_ROWS, readBytes: env.MAXIMUM_READ_BYTES, seconds: env.REQUEST_SECONDS };
}

import { ChangeFeed, JobLedger, Token } from '@millrace/db';
import { createLogger } from '@millrace/service-kit';
import { openStorage } from '@millrace/storage';
import {
  build,
  buildMetric,
  buildModel,
  buildModelVersion,
  buildObservation,
  buildPipeline,
  buildPipelineRun,
  createTestDatabase,
  seedWorkspace,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import type { Logger } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Authenticator } from '../authorisation/authenticator.ts';
import { hashOf, newSecret } from '../authorisation/token-secret.ts';
import { Operations } from '../execution/operations.ts';
import { makeFeatures } from '../make-features.ts';
import { buildExecutableSchema } from '../schema/build-schema.ts';
import { ContextFactory } from '../server/context-factory.ts';

const ROWS = 12;
const secret = newSecret();
const statements: string[] = [];
let database: TestDatabase;
let workspace: TestWorkspace;
let ask: (source: string) => Promise<{ rows: number; statements: number }>;

beforeAll(async () => {
  database = await createTestDatabase();
  workspace = await seedWorkspace(database.dataSource);
  await build(workspace, Token, { kind: 'SERVICE', name: 'reader', hash: hashOf(secret), scopes: ['read'], lastUsedAt: new Date() });
  for (let i = 0; i < ROWS; i++) {
    const pipeline = await buildPipeline(workspace);
    for (const sequence of [1, 2, 3]) await buildPipelineRun(workspace, { pipelineId: pipeline.id, sequence });
    const metric = await buildMetric(workspace);
    await buildObservation(workspace, { metricId: metric.id });
    await buildModelVersion(workspace, { modelId: (await buildModel(workspace, { useCaseId: metric.useCaseId })).id });
  }
  countStatements();
});
afterAll(() => database.drop());

const ignore = (): void => {};
const counter: Logger = {
  logQuery: (statement) => void statements.push(statement),
  logQueryError: ignore,
  logQuerySlow: ignore,
  logSchemaBuild: ignore,
  logMigration: ignore,
  log: ignore,
};

function countStatements(): void {
  const { dataSource } = database;
  dataSource.setOptions({ logging: ['query'], logger: counter });
  const { resolvers, streams } = makeFeatures({
    changes: new ChangeFeed(database),
    ledger: new JobLedger(database),
    artifacts: openStorage('file:///nowhere'),
    loopbackNodes: true,
    checkSql: () => Promise.resolve(),
  });
  const schema = buildExecutableSchema({ resolvers });
  const operations = new Operations({ schema, limits: { depth: 8, cost: 50_000, rootFields: 50 } });
  const authenticator = new Authenticator({ dataSource });
  const contexts = new ContextFactory({
    dataSource,
    budget: { answerBytes: 1e7, rows: 20_000, readBytes: 1e7, seconds: 60 },
    streams,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  const authenticate = (): ReturnType<Authenticator['authenticate']> => authenticator.authenticate(`Bearer ${secret}`);
  ask = async (source) => {
    statements.length = 0;
    const operation = operations.prepare({ query: source, operationName: undefined, variables: {} });
    const { context, close } = contexts.forRequest({ requestId: 'r', authenticate, selected: operation.selected });
    const { data, errors } = await operations.run(operation, context);
    await close();
    expect(errors).toBeUndefined();
    const [connection] = Object.values(data ?? {}) as { nodes: unknown[] }[];
    return { rows: connection?.nodes.length ?? 0, statements: statements.length };
  };
}

it.each([
  [
    'pipelines with runs and their jobs',
    'pipelines',
    'name runs(first: 2) { nodes { id job { status log(first: 3) { nodes { message } } } } pageInfo { hasNextPage } }',
  ],
  [
    'use cases with all that belongs to them',
    'useCases',
    'goal { metric latest attainment } metrics { latest { value } observations(first: 5) { nodes { value } } } milestones { metric } reviews { status }',
  ],
  ['models with versions', 'models', 'aliases { version } versions(first: 5) { nodes { model evaluations { split } } }'],
])('%s cost as many statements for many rows as for one', async (_what, field, selection) => {
  const one = await ask(`{ ${field}(first: 1) { nodes { ${selection} } } }`);
  const many = await ask(`{ ${field}(first: 200) { nodes { ${selection} } } }`);
  expect(one.rows).toBe(1);
  expect(many.rows).toBeGreaterThanOrEqual(ROWS);
  expect(many.statements).toBe(one.statements);
});

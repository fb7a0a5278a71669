import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource, Dataset } from '@millrace/db';
import { runFlightDelays, type FlightDelaysResult } from '@millrace/example-flight-delays';
import { queryTables } from '@millrace/lakehouse';
import { Millrace, MillraceError, type ModelVersion, type Release } from '@millrace/sdk';
import { buildModelVersion } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFlightsSample } from './flights-sample.ts';
import { MillraceSystem } from './millrace-system.ts';
import { QuietReporter } from './quiet-reporter.ts';

const EVERY = 40;
let system: MillraceSystem;
let flights: number;
let result: FlightDelaysResult;
const reporter = new QuietReporter();

beforeAll(async () => {
  system = await MillraceSystem.start(async (folder) => {
    flights = await writeFlightsSample(join(folder, 'flights.parquet'), EVERY);
  });
}, 120_000);
afterAll(() => (system as MillraceSystem | undefined)?.stop(), 60_000);

/** Ids and traffic by which the stories after the loop work on what it left. */
async function endpoint() {
  return system.millrace.endpoints.get('late-flights');
}

async function locationOf(dataset: string): Promise<string> {
  const dataSource = await createDataSource({ url: await system.databaseUrl() }).initialize();
  try {
    return (await dataSource.manager.findOneByOrFail(Dataset, { name: dataset })).location;
  } finally {
    await dataSource.destroy();
  }
}

async function untilMonitor(holds: (monitor: Awaited<ReturnType<typeof system.millrace.monitors.get>>) => boolean): Promise<void> {
  const { monitor } = await endpoint();
  await expect.poll(async () => holds(await system.millrace.monitors.get(monitor?.id ?? '')), { timeout: 60_000, interval: 200 }).toBe(true);
}

/** A release that is expected to stop, its error, and the proof that traffic was not touched. */
async function refused(version: Pick<ModelVersion, 'id'>): Promise<{ readonly error: MillraceError; readonly release: Release }> {
  const { id, traffic } = await endpoint();
  const handle = await system.millrace.releases.start({ endpointId: id, modelVersionId: version.id });
  const error: unknown = await handle.waitUntilPromoted({ timeoutSeconds: 90 }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MillraceError);
  expect((await endpoint()).traffic).toEqual(traffic);
  expect(traffic).toMatchObject([{ modelVersionId: result.modelVersion.id, weight: 100 }]);
  return { error: error as MillraceError, release: await handle.get() };
}

describe('a use case from goal to live and back', () => {
  it('goes through the whole loop, and every figure adds up', async () => {
    const dataFile = join(system.sources, 'flights.parquet');
    const run = runFlightDelays({ url: system.url, token: system.token, dataFile, reporter, options: { sampleEvery: 1, minimumRows: flights - 1_000 } });
    result = await run.catch((error: unknown) => {
      throw new Error(`${String(error)}\n${reporter.lines.join('\n')}`, { cause: error });
    });
    expect(result.assessment).toMatchObject({ verdict: 'AVAILABLE', rows: flights });
    expect(result.rowsLoaded + result.rowsQuarantined).toBe(flights);
    expect(result.datasetVersion.rows).toBe(result.rowsLoaded);
    expect(result.candidates.map(({ trainer }) => trainer)).toEqual(['baseline', 'logistic-regression', 'gradient-boosted-trees']);
    expect(Math.max(...result.candidates.map(({ metrics }) => metrics['auc'] ?? 0))).toBeGreaterThan(0.6);
    expect(result.release.status).toBe('PROMOTED');
    expect(result.predictions.sent).toBe(result.predictions.offered);
    expect(result.labels).toEqual({ sent: result.predictions.sent, received: result.predictions.sent, matched: result.predictions.sent, unmatched: 0 });
    expect(result.windows).toBe(13);
    expect(result.drift).toHaveLength(13);
    expect(result.milestones).toHaveLength(3);
    expect(result.reviews).toHaveLength(result.milestones.filter(({ status }) => status === 'MISSED').length);
  }, 180_000);

  it('the live metrics of the use case are those of the closed windows', async () => {
    const useCase = await system.millrace.useCases.get(result.useCase.id);
    const cost = useCase.metrics.find(({ source }) => source === 'BUSINESS');
    expect(cost?.latest?.value).toBe(useCase.goal?.latest);
    expect(useCase.status).toBe(result.reviews.length > 0 ? 'UNDER_REVIEW' : 'LIVE');
  });
});

describe('an infer request that is wrong', () => {
  const good = {
    origin: 'BYTES',
    destination: 'BYTES',
    distance: 'INT32',
    minute_of_day: 'INT32',
    weekday: 'INT32',
    origin_last_hour: 'INT32',
    destination_last_hour: 'INT32',
  };

  async function infer(change: (inputs: Record<string, unknown>[]) => unknown): Promise<{ readonly status: number; readonly body: string }> {
    const { urls } = await endpoint();
    const { inputs: specs } = await system.millrace.inference.metadata('late-flights');
    expect(specs.map(({ name }) => name).toSorted()).toEqual(Object.keys(good).toSorted());
    const inputs = specs.map(({ name, datatype, shape }) => ({
      name,
      datatype,
      shape: shape.map((size) => Math.max(size, 1)),
      data: [datatype === 'BYTES' ? 'SFO' : 1],
    }));
    const base = urls[0]?.includes('/v2/models/') === true ? urls[0] : `${urls[0]}/v2/models/late-flights`;
    const body = change(inputs);
    const response = await fetch(`${base}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${system.token}` },
      body: typeof body === 'string' ? body : JSON.stringify({ inputs: body }),
    });
    return { status: response.status, body: await response.text() };
  }

  it('is answered when it is right', async () => {
    expect((await infer((inputs) => inputs)).status).toBe(200);
  });

  it.each<[string, (inputs: Record<string, unknown>[]) => unknown]>([
    ['shape', (inputs) => inputs.map((input, index) => (index === 0 ? { ...input, shape: [7] } : input))],
    ['datatype', (inputs) => inputs.map((input, index) => (index === 0 ? { ...input, datatype: 'BOOL' } : input))],
    ['name', (inputs) => inputs.map((input, index) => (index === 0 ? { ...input, name: 'colour' } : input))],
    ['missing input', (inputs) => inputs.slice(1)],
    ['JSON', () => '{"inputs": [}'],
  ])('by its %s is refused with 400 and the error body of the protocol', async (_what, change) => {
    const { status, body } = await infer(change);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/.{10}/) });
  });
});

describe('a release that must not happen', () => {
  it('stops at the check when the version has another signature', async () => {
    const experiment = await system.millrace.experiments.create({ useCaseId: result.useCase.id, name: 'fewer features' });
    const run = await system.millrace.trainingRuns.start({
      experimentId: experiment.id,
      datasetVersionId: result.datasetVersion.id,
      spec: {
        trainer: 'logistic-regression',
        features: ['distance', 'weekday'],
        label: 'late',
        split: { kind: 'time', timeColumn: 'departed_at', validationStart: '2001-03-16T00:00:00Z', end: '2001-04-01T00:00:00Z' },
      },
    });
    await run.wait({ timeoutSeconds: 90 });
    const { error, release } = await refused(await system.millrace.models.register({ trainingRunId: run.id, model: 'late-flights' }));
    expect(error).toMatchObject({ code: 'CHECK_FAILED', fields: { step: 'signature-compatible', status: 'REJECTED' } });
    expect(release.steps.map(({ kind, status }) => [kind, status])).toEqual([
      ['artifact-loads', 'PASSED'],
      ['signature-compatible', 'FAILED'],
    ]);
  }, 120_000);

  it('stops at the check when the artifact is no ONNX', async () => {
    const { digest, bytes } = await system.millrace.artifacts.put(new TextEncoder().encode('this is no model'));
    const dataSource = await createDataSource({ url: await system.databaseUrl() }).initialize();
    try {
      const { workspaceId } = await system.millrace.tokens.viewer();
      const served = await system.millrace.models.version(result.modelVersion.id);
      const broken = await buildModelVersion(
        { id: workspaceId, dataSource },
        { modelId: served.modelId, version: 99, artifactDigest: digest, artifactBytes: bytes, signature: served.signature },
      );
      const { error, release } = await refused(broken);
      expect(error).toMatchObject({ code: 'CHECK_FAILED', fields: { step: 'artifact-loads', status: 'REJECTED' } });
      expect(release.steps.map(({ kind, status }) => [kind, status])).toEqual([['artifact-loads', 'FAILED']]);
    } finally {
      await dataSource.destroy();
    }
  }, 120_000);
});

describe('the first release of an endpoint', () => {
  const name = 'late-flights-next';
  const columns = {
    origin: ['SFO'],
    destination: ['JFK'],
    distance: [2586],
    minute_of_day: [480],
    weekday: [1],
    origin_last_hour: [9],
    destination_last_hour: [4],
  };
  const ask = (eventId: string) => system.millrace.predict(name, columns, { eventIds: [eventId], eventTimes: [new Date('2001-06-30T12:00:00Z')] });

  it('answers one caller in ten, tells the others at once that nobody does yet, and then answers everybody', async () => {
    const { millrace } = system;
    const canary = { weight: 10, minimumRequests: 12, holdSeconds: 0, maximumErrorRate: 0.3 };
    const dataSource = await createDataSource({ url: await system.databaseUrl() }).initialize();
    await dataSource.query(`UPDATE environment SET policy = jsonb_set(policy, '{canarySteps}', $1)`, [JSON.stringify([canary])]);
    await dataSource.destroy();
    const { id, urls } = await millrace.endpoints.create({ name, environment: 'production', useCaseId: result.useCase.id });
    const handle = await millrace.releases.start({ endpointId: id, modelVersionId: result.modelVersion.id });
    await expect
      .poll(async () => (await fetch(`${urls[0]}/ready`, { headers: { authorization: `Bearer ${system.token}` } })).status, { timeout: 60_000, interval: 100 })
      .toBe(200);
    expect((await millrace.endpoints.get(name)).traffic).toMatchObject([{ modelVersionId: result.modelVersion.id, weight: 10 }]);

    const outside: string[] = [];
    for (let caller = 0, served = 0; served < canary.minimumRequests; caller++) {
      const answer: unknown = await ask(`caller-${caller}`).catch((error: unknown) => error);
      if (!(answer instanceof MillraceError)) served++;
      else {
        expect(answer).toMatchObject({ code: 'NOT_FOUND', retryable: false, fields: { status: 404 } });
        expect(answer.message).toBe(`no version of endpoint "${name}" serves this request yet: its first release is a canary on 10 % of the requests`);
        outside.push(`caller-${caller}`);
      }
    }
    expect(outside.length).toBeGreaterThan(canary.minimumRequests);
    const { steps } = await handle.waitUntilPromoted({ timeoutSeconds: 60 });
    expect(steps.find(({ kind }) => kind === 'canary')?.evidence).toMatchObject({ weight: 10, incumbent: null, requests: canary.minimumRequests, errors: 0 });
    for (const caller of outside) expect((await ask(caller)).modelVersionId).toBe(result.modelVersion.id);
  }, 120_000);
});

describe('batch scoring', () => {
  it('scores every row once although its process is killed in the middle, and says the same as the endpoint', async () => {
    const { millrace } = system;
    const before = await system.pidOf('scoring-worker');
    const run = await millrace.scoring.create({
      modelVersionId: result.modelVersion.id,
      datasetVersionId: result.datasetVersion.id,
      outputDataset: 'late_flight_scores',
      keyColumns: ['origin', 'destination', 'distance', 'minute_of_day', 'weekday', 'origin_last_hour', 'destination_last_hour'],
    });
    let killed: Promise<void> | undefined;
    const onProgress = ({ status }: { readonly status: string }): void => {
      if (status === 'RUNNING') killed ??= system.signal('scoring-worker', 'SIGKILL');
    };
    const scored = await run.wait({ timeoutSeconds: 120, onProgress });
    await killed;
    expect(await system.pidOf('scoring-worker')).not.toBe(before);
    expect(scored).toMatchObject({ rows: result.rowsLoaded, rejected: 0, job: { status: 'SUCCEEDED' } });

    const table = { path: join(system.folder, 'lakehouse', await locationOf('late_flight_scores')) };
    const [row] = await queryTables({ tables: { scores: table }, sql: 'SELECT *, (SELECT count(*) FROM scores) AS total FROM scores LIMIT 1' });
    expect(row).toMatchObject({ total: result.rowsLoaded, model_version_id: result.modelVersion.id, rejection: null, scored_at: expect.any(Date) });
    const { origin, destination, distance, minute_of_day, weekday, origin_last_hour, destination_last_hour, ...given } = row ?? {};
    const columns = { origin, destination, distance, minute_of_day, weekday, origin_last_hour, destination_last_hour };
    const asked = Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, [value as string | number]]));
    const { outputs } = await millrace.predict('late-flights', asked, { eventIds: ['scored-twice'], eventTimes: [new Date('2001-06-30T12:00:00Z')] });
    for (const [name, [value]] of Object.entries(outputs)) expect(given[name]).toBeCloseTo(Number(value), 6);
  }, 150_000);
});

describe('a use case that is watched', () => {
  it('tells a change over the socket as soon as it is committed', async () => {
    const told: string[] = [];
    class ListenedSocket extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given);
        this.addEventListener('message', ({ data }) => told.push(String(data)));
      }
    }
    const millrace = new Millrace({ url: system.url, token: system.token, webSocket: ListenedSocket });
    let note: string | undefined;
    for await (const { reviews } of millrace.useCases.watch(result.useCase.id, AbortSignal.timeout(30_000))) {
      const asked = reviews.find(({ reason }) => reason === 'The story asks for it.');
      if (asked?.decision === 'CONTINUE') break;
      if (asked !== undefined) await system.millrace.reviews.decide({ id: asked.id, decision: 'CONTINUE', note: 'Nothing changes.' });
      else if (note === undefined) note = (await system.millrace.reviews.open({ useCaseId: result.useCase.id, reason: 'The story asks for it.' })).id;
    }
    await millrace.close();
    expect(told.filter((text) => text.includes('"next"') && text.includes('The story asks for it.')).length).toBeGreaterThan(0);
  });
});

describe('a label for an event that nobody knows', () => {
  it('is kept and counted, and matched when its prediction comes', async () => {
    const eventId = 'flight-of-tomorrow';
    const [batch] = await system.millrace.labels.record('late-flights', [{ eventId, value: 1 }]);
    await batch?.wait({ timeoutSeconds: 60 });
    await untilMonitor(({ labels }) => labels.unmatched === 1 && labels.received === result.labels.received + 1);
    const columns = {
      origin: ['SFO'],
      destination: ['JFK'],
      distance: [2586],
      minute_of_day: [480],
      weekday: [1],
      origin_last_hour: [9],
      destination_last_hour: [4],
    };
    await system.millrace.predict('late-flights', columns, { eventIds: [eventId], eventTimes: [new Date('2001-06-30T12:00:00Z')] });
    await untilMonitor(({ labels }) => labels.unmatched === 0 && labels.matched === result.labels.matched + 1);
  }, 150_000);
});

describe('a process that ends in mid-run', () => {
  it.each<[string, NodeJS.Signals, string]>([
    ['postgres', 'SIGINT', 'everything reconnects'],
    ['etl-worker', 'SIGKILL', 'another one takes over'],
  ])(
    '%s (%s): %s, the runs finish, and no row is doubled',
    async (name, signal) => {
      const { millrace } = system;
      const before = await system.pidOf(name);
      const [pipeline] = await millrace.pipelines.list().toArray();
      const months = ['01', '02', '03', '04', '05'].map((month, index) => ({ start: `2001-${month}-01T00:00:00Z`, end: `2001-0${index + 2}-01T00:00:00Z` }));
      let ended: Promise<void> | undefined;
      const runs = await millrace.pipelines.run(pipeline?.id ?? '', months);
      const finished = await Promise.all(
        runs.map((run) =>
          run.wait({
            timeoutSeconds: 150,
            onProgress: ({ status }) => {
              if (status === 'RUNNING') ended ??= system.signal(name, signal);
            },
          }),
        ),
      );
      await ended;
      expect(await system.pidOf(name)).not.toBe(before);
      expect(finished.map(({ job }) => job.status)).toEqual(months.map(() => 'SUCCEEDED'));
      if (signal === 'SIGKILL') expect(Math.max(...finished.map(({ job }) => job.attempt))).toBeGreaterThan(1);
      expect((await millrace.datasets.get('departures')).latestVersion?.rows).toBe(result.rowsLoaded);
    },
    200_000,
  );
});

describe('a step that fails', () => {
  it('stops the example with the reason and the log of its job', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'millrace-outside-'));
    const dataFile = join(outside, 'flights.parquet');
    await copyFile(join(system.sources, 'flights.parquet'), dataFile);
    const told = new QuietReporter();
    const run = runFlightDelays({ url: system.url, token: system.token, dataFile, reporter: told, options: { minimumRows: 1_000 } });
    await expect(run).rejects.toMatchObject({ code: 'SOURCE_NOT_ALLOWED', fields: { path: dataFile } });
    expect(told.lines.find((line) => line.startsWith('Stopped: SOURCE_NOT_ALLOWED: '))).toContain(dataFile);
    expect(told.lines.at(-1)).toMatch(/^ {2}\d{4}-.* (WARN|ERROR|INFO)/);
    await rm(outside, { recursive: true });
  }, 60_000);

  it('a pipeline cannot read the secrets of the runtime', async () => {
    const { millrace, folder } = system;
    const source = await millrace.dataSources.create({ name: 'secrets', format: 'NDJSON', uri: join(folder, 'secrets.json') });
    const requirement = await millrace.dataRequirements.create({
      useCaseId: result.useCase.id,
      name: 'the admin token',
      definition: { columns: [{ name: 'adminToken', type: 'string' }], minimumRows: 1 },
    });
    const assessment = await millrace.dataRequirements.assess(requirement.id, { dataSourceId: source.id });
    await expect(assessment.wait({ timeoutSeconds: 30 })).rejects.toMatchObject({ code: 'SOURCE_NOT_ALLOWED' });
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import type { Millrace } from '@millrace/sdk';
import { releaseSmallEndpoint, SMALL_ENDPOINT } from '../interop/small-endpoint.ts';
import type { MillraceSystem } from '../stories/millrace-system.ts';

export const ENDPOINT = 'chaos';
export const DATASET = 'numbers';
export const MONTHS = 6;
export const ROWS_PER_MONTH = 28;
/** In each month one row is set aside. */
export const LOADED_PER_MONTH = ROWS_PER_MONTH - 1;
/** The work of a process that stands still for longer is taken up by another attempt. */
const LONGER_THAN_A_LEASE = 7000;

/** What the control plane has acknowledged. */
export interface Acknowledged {
  readonly runs: string[];
  readonly labels: string[];
  /** Event ids of predictions that were answered once they were durable. */
  readonly predictions: string[];
  readonly faults: string[];
  /** Events that were asked about, each once, whatever became of the answer. */
  asked: number;
  refused: number;
}

const VICTIMS = ['etl-worker', 'etl-worker', 'etl-worker', 'inference-worker', 'inference-worker', 'monitor-worker', 'control-plane', 'postgres'];

export interface ChaosOptions {
  readonly random: () => number;
  readonly seconds: number;
}

export const SOURCE_ROWS = Array.from({ length: MONTHS * ROWS_PER_MONTH }, (_, row) => {
  const at = new Date(Date.UTC(2001, Math.floor(row / ROWS_PER_MONTH), 1 + (row % ROWS_PER_MONTH)));
  return `${at.toISOString().slice(0, 10)} 00:00:00,${row % ROWS_PER_MONTH}`;
});

/** The pipeline and the endpoints that the load is on: one that is only watched, and one that answers when its log is durable. */
export async function prepareChaos(system: MillraceSystem): Promise<string> {
  const { millrace } = system;
  await releaseSmallEndpoint(millrace, system.sources, { predictionLog: 'durable' });
  const useCase = await millrace.useCases.create({ name: 'Chaos', problem: 'Everything dies.' });
  await millrace.environments.create({ name: 'watched' });
  await millrace.endpoints.create({ name: ENDPOINT, environment: 'watched', useCaseId: useCase.id });
  const source = await millrace.dataSources.create({ name: 'numbers', format: 'CSV', uri: `${system.sources}/numbers.csv` });
  const pipeline = await millrace.pipelines.create({
    name: 'numbers',
    definition: {
      sources: [{ name: 'numbers', dataSourceId: source.id }],
      transform: 'SELECT at, n FROM numbers WHERE at >= $interval_start AND at < $interval_end',
      expectations: [{ name: 'not_the_last', kind: 'between', column: 'n', maximum: LOADED_PER_MONTH - 1, severity: 'QUARANTINE' }],
      dataset: DATASET,
    },
  });
  return pipeline.id;
}

/** Runs, cancels, runs again, records labels and asks for predictions while processes die, stand still and restart. What is not acknowledged was not promised. */
export async function loadWithFaults(system: MillraceSystem, pipelineId: string, { random, seconds }: ChaosOptions): Promise<Acknowledged> {
  const seen: Acknowledged = { runs: [], labels: [], predictions: [], faults: [], asked: 0, refused: 0 };
  const until = performance.now() + seconds * 1000;
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch(() => {
      seen.refused += 1;
    });
  };
  const loop = async (pause: number, step: () => Promise<void>): Promise<void> => {
    while (performance.now() < until) {
      await step();
      await delay(random() * pause);
    }
  };
  await Promise.all([
    loop(400, () => attempt(() => startRun(system.millrace, pipelineId, random, seen))),
    loop(500, () => attempt(() => recordLabels(system.millrace, random, seen))),
    loop(100, () => attempt(() => predict(system.millrace, random, seen))),
    loop(3000, () => fault(system, random, seen)),
  ]);
  return seen;
}

async function startRun(millrace: Millrace, pipelineId: string, random: () => number, seen: Acknowledged): Promise<void> {
  const month = Math.floor(random() * MONTHS);
  const [wait, fate] = [random() * 1500, random()];
  const [run] = await millrace.pipelines.run(pipelineId, [{ start: new Date(Date.UTC(2001, month, 1)), end: new Date(Date.UTC(2001, month + 1, 1)) }]);
  if (run === undefined) return;
  seen.runs.push(run.id);
  if (fate > 0.5) return;
  await delay(wait);
  await run.cancel();
  if (fate < 0.1) await millrace.jobs.retry(run.jobId);
}

async function recordLabels(millrace: Millrace, random: () => number, seen: Acknowledged): Promise<void> {
  const first = seen.labels.length + seen.refused * 1_000_000;
  const events = Array.from({ length: 1 + Math.floor(random() * 50) }, (_, index) => `event-${first + index}`);
  await millrace.labels.record(
    ENDPOINT,
    events.map((eventId) => ({ eventId, value: 1 })),
  );
  seen.labels.push(...events);
}

async function predict(millrace: Millrace, random: () => number, seen: Acknowledged): Promise<void> {
  const ids = Array.from({ length: 1 + Math.floor(random() * 20) }, () => `asked-${seen.asked++}`);
  const inputs = { origin: ids.map(() => 'SFO'), distance: ids.map((_, row) => row * 100) };
  await millrace.predict(SMALL_ENDPOINT, inputs, { eventIds: ids });
  seen.predictions.push(...ids);
}

async function fault(system: MillraceSystem, random: () => number, seen: Acknowledged): Promise<void> {
  const name = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? 'etl-worker';
  const stands = random() < 0.3 && name !== 'postgres';
  seen.faults.push(`${stands ? 'stop' : 'kill'} ${name}`);
  try {
    if (!stands) return await system.signal(name, name === 'postgres' ? 'SIGINT' : 'SIGKILL');
    const pid = await system.pidOf(name);
    process.kill(pid, 'SIGSTOP');
    await delay(LONGER_THAN_A_LEASE);
    process.kill(pid, 'SIGCONT');
  } catch {
    // It is down already, and comes back.
  }
}

import { createDataSource, migrate } from '@millrace/db';
import { startPostgres, temporaryFolder } from '@millrace/testing';
import type { BenchmarkPart } from '../benchmark.ts';
import { SimulatedEndpoint, type SimulatedPrediction } from './simulated-endpoint.ts';

/*
 * A day of one busy endpoint, as fast as the machine goes: event time is fast-forwarded, everything else is real. Labels come
 * half an hour late, one in twenty four hours later than that, one in fifty never finds a prediction. What grows with what
 * lies in the tables shows in the last hour; the first that counts is the one in which everything happens that ever will.
 */
const HOURS = 29;
const WARM_UP_HOURS = 5;
const ROWS = 200;
const START = Date.UTC(2001, 3, 1);
const HOUR = 3_600_000;
const [STEPS_PER_EVALUATION, STEPS_PER_MAINTENANCE] = [5, 25];
/** `--minutes` 2, the default, is a day of 60 segments an hour; 10 is one of 250. */
const SEGMENTS_PER_MINUTE = 30;
const MOST_SEGMENTS = 250;

export const busyDayPart: BenchmarkPart = {
  name: 'busy-day',
  measure: async function* ({ note, minutes }) {
    const segments = Math.min(MOST_SEGMENTS, Math.round(minutes * SEGMENTS_PER_MINUTE));
    const [postgres, folder] = await Promise.all([startPostgres(), temporaryFolder()]);
    const dataSource = await createDataSource({ url: postgres.url, poolSize: 5 }).initialize();
    try {
      await migrate(dataSource);
      const endpoint = await SimulatedEndpoint.build(dataSource, folder.path, HOUR / 1000);
      const hours: ReadonlyMap<string, number>[] = [];
      for (let hour = 0; hour < HOURS; hour++) {
        const means = await oneHour(endpoint, hour, segments);
        hours.push(means);
        note(`  hour ${hour}: ${[...means].map(([what, mean]) => `${what} ${mean.toFixed(1)} ms`).join(', ')}`);
      }
      for (const what of ['evaluate-monitor', 'ingest-segment', 'ingest-labels']) {
        const [first = Number.NaN, last = Number.NaN] = [hours[WARM_UP_HOURS]?.get(what), hours.at(-1)?.get(what)];
        yield {
          what: `${what} in the last of 24 hours of ${segments} segments and label batches each, beside the first (processor time)`,
          value: last / first,
          unit: `× (${last.toFixed(1)} ms)`,
          bar: { atMost: 1.3 },
          peer: { what: 'the first hour', value: first, unit: 'ms' },
        };
      }
    } finally {
      await dataSource.destroy();
      await postgres.stop();
      await folder.remove();
    }
  },
};

/** Means in milliseconds of the processor, over all threads of this process: other processes change them less than the clock. */
async function oneHour(endpoint: SimulatedEndpoint, hour: number, segments: number): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, { milliseconds: number; count: number }>();
  const time = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    const { milliseconds, count } = sums.get(what) ?? { milliseconds: 0, count: 0 };
    sums.set(what, { milliseconds: milliseconds + (user + system) / 1000, count: count + 1 });
  };
  for (let step = hour * segments; step < (hour + 1) * segments; step++) {
    const segment = await endpoint.uploadSegment(predictionsOf(step, HOUR / segments));
    await time('ingest-segment', () => endpoint.run('ingest-segment', segment));
    const batch = await endpoint.uploadLabels(labelsOf(step, segments));
    await time('ingest-labels', () => endpoint.run('ingest-labels', batch));
    const evaluation = step % STEPS_PER_EVALUATION === 0 ? await endpoint.queuedEvaluation() : undefined;
    if (evaluation !== undefined) await time('evaluate-monitor', () => endpoint.run('evaluate-monitor', evaluation));
    if (step % STEPS_PER_MAINTENANCE === 0) await time('maintain', () => endpoint.maintain());
  }
  return new Map([...sums].map(([what, { milliseconds, count }]) => [what, milliseconds / count]));
}

function predictionsOf(step: number, milliseconds: number): SimulatedPrediction[] {
  return Array.from({ length: ROWS }, (_, row) => ({
    id: `event-${step}-${row}`,
    at: START + Math.floor(step * milliseconds + (row * milliseconds) / ROWS),
    distance: (row % 100) / 100,
    score: ((row * 37 + step) % 1000) / 1000,
  }));
}

/** What is said of the events of earlier steps. */
function labelsOf(step: number, segments: number): Record<string, 0 | 1> {
  const [late, veryLate] = [Math.round(segments / 2), Math.round(segments * 4.5)];
  const labels: Record<string, 0 | 1> = {};
  for (let row = 0; row < ROWS; row++) {
    const outcome = (row * 7 + step) % 3 === 0 ? 1 : 0;
    if (row % 50 === 0) labels[`unknown-${step}-${row}`] = outcome;
    else if (row % 20 === 0) {
      if (step >= veryLate) labels[`event-${step - veryLate}-${row}`] = outcome;
    } else if (step >= late) labels[`event-${step - late}-${row}`] = outcome;
  }
  return labels;
}

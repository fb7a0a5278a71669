import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { releaseSmallEndpoint, SMALL_ENDPOINT, writeSmallFlights } from '../interop/small-endpoint.ts';
import { MillraceSystem } from '../stories/millrace-system.ts';
import { judgeGrowth } from './judge-growth.ts';
import { sizesOfFolders, sizesOfProcesses, sizesOfTables } from './sample-sizes.ts';

/*
 * The whole of Millrace under the same load for a while: is every table, folder and process as large at the end as in the
 * middle? Run: node packages/e2e/dist/soak/soak.main.js --minutes 60 --rate 233. What is kept for days is kept for parts of
 * the run here, so that what is to go again goes within it. Prints a table; exits with 1 where something is not flat.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' }, rate: { type: 'string', default: '233' } } });
const [MINUTES, RATE] = [Number(values.minutes), Number(values.rate)];
const [SAMPLES, KEPT_SHARE, BATCH_MILLISECONDS, LABEL_DELAY_SECONDS] = [30, 0.15, 250, 20];
/** Beside the rows themselves, for so many predictions. */
const [PREDICTIONS, MOST_BYTES] = [100_000, 10_000_000];

const write = (line: string): void => void process.stdout.write(`${line}\n`);

for (const name of [
  'IDEMPOTENCY',
  'AUDIT',
  'TELEMETRY_AUDIT',
  'JOB_LOG',
  'TELEMETRY_JOB',
  'WINDOW',
  'CORRECTED_OBSERVATION',
  'INGESTED_ARTIFACT',
  'OUTCOME',
  'REMOVED_FILE',
  'LOG',
])
  process.env[`RETENTION_${name}_HOURS`] = String((MINUTES / 60) * KEPT_SHARE);
process.env['RETENTION_SWEEP_SECONDS'] = String(Math.max(5, MINUTES));

const system = await MillraceSystem.start(writeSmallFlights);
let predicted = 0;
try {
  write('training and releasing …');
  await releaseSmallEndpoint(system.millrace, system.sources);
  const { id: endpointId } = await system.millrace.endpoints.get(SMALL_ENDPOINT);
  await system.millrace.monitors.set({ endpointId, definition: { windowSeconds: 60, minimumRows: 10 } });
  const stop = new AbortController();
  const load = keepBusy(stop.signal);
  const samples: ReadonlyMap<string, number>[] = [];
  const databaseUrl = await system.databaseUrl();
  let halfway = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    await delay((MINUTES * 60_000) / SAMPLES);
    if (sample === Math.floor(SAMPLES / 2)) halfway = predicted;
    samples.push(
      new Map([...(await sizesOfTables(databaseUrl)), ...(await sizesOfFolders(system.folder)), ...(await sizesOfProcesses(await system.processes()))]),
    );
    write(`${sample + 1} of ${SAMPLES}: ${predicted} predictions`);
  }
  stop.abort();
  await load;
  report(samples, predicted - halfway);
} finally {
  await system.stop();
}

/** Asks at the rate, and says later what was true; of one event in fifty it is never said, and one label in fifty is for none. */
async function keepBusy(signal: AbortSignal): Promise<void> {
  const rows = Math.max(1, Math.round((RATE * BATCH_MILLISECONDS) / 1000));
  const unlabelled: { readonly at: number; readonly ids: readonly string[] }[] = [];
  for (let batch = 0; !signal.aborted; batch++) {
    const next = delay(BATCH_MILLISECONDS);
    const ids = Array.from({ length: rows }, (_, row) => `event-${batch}-${row}`);
    const inputs = { origin: ids.map((_, row) => (row % 2 === 0 ? 'SFO' : 'JFK')), distance: ids.map((_, row) => (row * 131 + batch) % 3000) };
    try {
      await system.millrace.predict(SMALL_ENDPOINT, inputs, { eventIds: ids });
      predicted += rows;
      unlabelled.push({ at: Date.now(), ids });
      const due: string[] = [];
      while ((unlabelled[0]?.at ?? Number.POSITIVE_INFINITY) < Date.now() - LABEL_DELAY_SECONDS * 1000) due.push(...(unlabelled.shift()?.ids ?? []));
      if (due.length > 0)
        await system.millrace.labels.record(
          SMALL_ENDPOINT,
          due.map((id, index) => ({ eventId: index % 50 === 0 ? `unknown-${id}` : id, value: index % 3 === 0 ? 1 : 0 })),
        );
    } catch (error) {
      write(`asked in vain: ${String(error)}`);
    }
    await next;
  }
}

function report(samples: readonly ReadonlyMap<string, number>[], predictions: number): void {
  const growths = judgeGrowth(samples).toSorted((a, b) => b.last - b.middle - (a.last - a.middle));
  write(`${'what'.padEnd(44)} ${'middle MB'.padStart(9)} ${'last MB'.padStart(9)}`);
  for (const { name, middle, last, isFlat } of growths) write(`${name.padEnd(44)} ${megabytes(middle)} ${megabytes(last)} ${isFlat ? '' : 'NOT FLAT'}`);
  const half = samples[Math.floor(samples.length / 2)] ?? new Map<string, number>();
  const beside = ((onDisk(samples.at(-1) ?? half) - onDisk(half)) / Math.max(1, predictions)) * PREDICTIONS;
  write(`${(beside / 1e6).toFixed(2)} MB for each ${PREDICTIONS} predictions stayed on disk beside the rows (at most ${MOST_BYTES / 1e6}).`);
  if (beside > MOST_BYTES || growths.some(({ isFlat }) => !isFlat)) process.exitCode = 1;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2).padStart(9);
}

/** All files and tables but the rows of predictions and labels. */
function onDisk(sample: ReadonlyMap<string, number>): number {
  return [...sample].reduce((sum, [name, bytes]) => sum + (name.startsWith('process') || name.endsWith(' rows') ? 0 : bytes), 0);
}

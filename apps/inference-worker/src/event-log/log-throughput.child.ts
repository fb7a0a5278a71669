import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { assignedVersionSchema, type ReferenceProfile } from '@millrace/contracts';
import type { PredictionBatch } from './prediction-batch.ts';
import { PredictionLog } from './prediction-log.ts';
import { SegmentFolder } from './segment-folder.ts';

/** What a benchmark asks for: `<folder> <rows> <rows of a request> <columns>`. */
const [, , parent = '', rowsText = '1000000', batchText = '32', columnsText = '32'] = process.argv;
const [rows, batchRows, columns] = [Number(rowsText), Number(batchText), Number(columnsText)];
const BACKLOG_ROWS = 200_000;
const BINS = 20;

const names = Array.from({ length: columns }, (_, i) => `feature_${i}`);
const histogram = {
  kind: 'numeric' as const,
  edges: Array.from({ length: BINS - 1 }, (_, i) => (i + 1) / BINS),
  counts: new Array<number>(BINS).fill(1),
  nulls: 0,
  sum: 1,
  sumOfSquares: 1,
  min: 0,
  max: 1,
};
const referenceProfile: ReferenceProfile = { rows: BINS, features: Object.fromEntries(names.map((name) => [name, histogram])), score: histogram };
const version = assignedVersionSchema.parse({
  modelVersionId: 'mv_1',
  model: 'wide',
  version: 1,
  artifactDigest: 'sha256:0',
  artifactBytes: 0,
  signature: {
    inputs: names.map((name) => ({ name, datatype: 'FP32', shape: [-1, 1] })),
    outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
    features: [],
  },
  threshold: 0.5,
  scoreOutput: 'score',
  referenceProfile,
});

const shape = [batchRows, 1];
const values = (): Float32Array => Float32Array.from({ length: batchRows }, () => Math.random());
const batch: PredictionBatch = {
  endpoint: { endpointId: 'ep_1', name: 'wide', traffic: [], monitor: { windowSeconds: 3600 }, shadow: null, ensemble: null },
  version,
  rows: batchRows,
  requestId: '0e4f8a52-9a3c-4a51-9a55-8f1d2c3b4a59',
  eventIds: undefined,
  eventTimes: Date.now(),
  inputs: Object.fromEntries(names.map((name) => [name, { datatype: 'FP32' as const, shape, data: values() }])),
  outputs: { score: { datatype: 'FP32', shape, data: values() } },
};

const path = await mkdtemp(join(parent, 'millrace-log-'));
const ignore = (): void => undefined;
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => logger };
const folder = new SegmentFolder(path, Date.now());
const log = new PredictionLog({
  folder,
  logger,
  limits: { segmentRows: 100_000, segmentMilliseconds: 2000, backlogRows: BACKLOG_ROWS },
  // What is closed has been measured, and would fill the disk.
  onClosed: () => void folder.closed().then((closed) => Promise.all(closed.map((sequence) => folder.removeRecorded(sequence).catch(ignore)))),
});
await log.recover(() => referenceProfile);
const begun = performance.now();
const processor = process.cpuUsage();
let appending = 0;
for (let sent = 0; sent < rows; sent += batchRows) {
  const at = performance.now();
  log.append(batch);
  appending += performance.now() - at;
  // As fast as the log takes them: the requests of a loop turn, then room for what the log thread says.
  if ((sent / batchRows) % 16 === 0) await turn();
  while (log.waiting + batchRows > BACKLOG_ROWS) await delay(1);
}
await log.closeSegments();
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(processor);
const { droppedRows } = log;
await log.stop();
await rm(path, { recursive: true });
process.stdout.write(
  `${JSON.stringify({ rows, seconds, rowsPerSecond: Math.round(rows / seconds), droppedRows, processorMicrosecondsPerRow: (user + system) / rows, appendMicrosecondsPerRow: (1000 * appending) / rows })}\n`,
);

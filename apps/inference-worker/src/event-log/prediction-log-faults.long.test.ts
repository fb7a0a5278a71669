import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventIdsOf, readSegment } from '@millrace/prediction-segment';
import { MemoryControlPlane } from '../fixtures/memory-control-plane.fixture.ts';
import { MORTAL_REQUEST } from '../fixtures/mortal-log.fixture.ts';
import { flightPrediction } from '../fixtures/prediction-batch.fixture.ts';
import { recordingLogger } from '../fixtures/recording-logger.fixture.ts';
import { FLIGHT_PROFILE } from '../fixtures/reference-profile.fixture.ts';
import { endpointOf } from '../fixtures/serving.fixture.ts';
import { PredictionLog } from './prediction-log.ts';
import { SegmentFolder } from './segment-folder.ts';
import { SegmentUploader } from './segment-uploader.ts';

const MORTAL_LOG = new URL('../fixtures/mortal-log.fixture.ts', import.meta.url);
const ENDLESS_LOG = new URL('../fixtures/endless-log.fixture.ts', import.meta.url);

vi.setConfig({ testTimeout: 60_000 });

let path: string;
let messages: string[];
const logs: PredictionLog[] = [];
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'millrace-log-'));
  messages = [];
});
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.stop()));
  await rm(path, { recursive: true });
});

async function openLog(at: string, { backlogRows = 1000, threadEntry }: { backlogRows?: number; threadEntry?: URL } = {}) {
  const folder = new SegmentFolder(at, Date.now());
  await folder.repair();
  const client = new MemoryControlPlane();
  const logger = recordingLogger(messages);
  const limits = { segmentRows: 20_000, segmentMilliseconds: 3_600_000, backlogRows };
  const log = new PredictionLog({ folder, logger, onClosed: () => undefined, limits, threadEntry });
  logs.push(log);
  const uploader = new SegmentUploader({ folder, client, logger, closeAgain: (sequence, atLeast) => log.closeAgain(sequence, atLeast) });
  const handedOver = async (): Promise<unknown[]> => {
    expect(await uploader.uploadClosed('node_1')).toBe(true);
    return client.rows().map((row) => row['event_id']);
  };
  return { folder, client, log, handedOver };
}

const range = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));
const idsOf = (requests: readonly string[]): string[] => requests.map((id) => `${id}/0`);
function append(log: PredictionLog, requests: readonly string[]): void {
  for (const request of requests) log.append(flightPrediction(request));
}

test('while the folder cannot be written rows wait, then are dropped and counted; when it can again the waiting ones are written', async () => {
  const place = join(path, 'segments');
  const { log, handedOver } = await openLog(place, { backlogRows: 10 });
  await log.recover(() => null);
  await rename(place, `${place}-away`);
  await writeFile(place, 'in the way');
  append(log, range(0, 15));
  expect(log.droppedRows).toBe(5);
  await expect.poll(() => messages, { timeout: 10_000 }).toContain('prediction log cannot be written');
  await rm(place);
  await rename(`${place}-away`, place);
  await log.closeSegments();
  append(log, ['later']);
  await log.closeSegments();
  expect(await handedOver()).toEqual(idsOf([...range(0, 10), 'later']));
  expect(log.droppedRows).toBe(5);
});

/** Root may mount a small disk. */
const smallDisk = await mkdtemp(join(tmpdir(), 'millrace-disk-'));
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', smallDisk]).status === 0;
if (canMount) spawnSync('umount', [smallDisk]);
await rm(smallDisk, { recursive: true });

test.runIf(canMount)('a full disk costs the rows that do not fit into the backlog and no others', async () => {
  const disk = join(path, 'disk');
  await mkdir(disk);
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  try {
    const ballast = join(disk, 'ballast');
    const { log, handedOver } = await openLog(join(disk, 'segments'), { backlogRows: 200 });
    append(log, range(0, 10));
    await log.closeSegments();
    await writeFile(ballast, Buffer.alloc(64 * 1024)).catch(() => undefined);
    append(log, range(10, 300));
    expect(log.droppedRows).toBe(90);
    await expect.poll(() => messages, { timeout: 10_000 }).toContain('prediction log cannot be written');
    await rm(ballast);
    await log.closeSegments();
    expect(await handedOver()).toEqual(idsOf(range(0, 210)));
    expect((await readdir(join(disk, 'segments'))).toSorted()).toEqual(['last-sequence', 'promised-rows']);
    await log.stop();
  } finally {
    spawnSync('umount', ['--lazy', disk]);
  }
});

test('a node that is killed hands over every row that reached the disk exactly once', async () => {
  const child = spawn(process.execPath, ['--conditions=@millrace/source', ENDLESS_LOG.pathname, path], { stdio: 'ignore' });
  await expect.poll(async () => (await readdir(path)).filter((name) => name.endsWith('.manifest.json')).length, { timeout: 30_000 }).toBeGreaterThan(2);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const written = await Promise.all((await readdir(path)).filter((name) => name.endsWith('.segment')).map((name) => readFile(join(path, name))));
  const durable = written.flatMap((bytes) => readSegment(bytes).blocks.flatMap(eventIdsOf));

  const { log, client, handedOver } = await openLog(path);
  await log.recover(() => FLIGHT_PROFILE);
  append(log, ['after']);
  await log.stop();
  const ids = await handedOver();
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids)).toEqual(new Set([...durable, 'after/0']));
  let counted = 0;
  for (const { summaries } of client.segments.values()) for (const { rows } of summaries) counted += rows;
  expect(counted).toBe(durable.length + 1);
});

/** Lets a process log until it has answered many and some segments are closed, kills it, and gives the event ids that it answered. */
async function answeredUntilKilled(mode: 'fast' | 'durable'): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=@millrace/source', ENDLESS_LOG.pathname, path, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: Buffer[] = [];
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    said.push(chunk);
    for (const byte of chunk) if (byte === 10) lines++;
  });
  const closed = once(child, 'close');
  await expect.poll(() => lines, { timeout: 60_000 }).toBeGreaterThan(1000);
  await expect.poll(async () => (await readdir(path)).filter((name) => name.endsWith('.manifest.json')).length, { timeout: 30_000 }).toBeGreaterThan(0);
  child.kill('SIGKILL');
  // Anything but our kill would be a fault of the log.
  expect(await closed).toEqual([null, 'SIGKILL']);
  return Buffer.concat(said).toString().split('\n').slice(0, -1);
}

test('a node that is killed has lost nothing that it answered durably', async () => {
  const answered = await answeredUntilKilled('durable');
  const { log, handedOver } = await openLog(path);
  await log.recover(() => FLIGHT_PROFILE);
  const kept = new Set(await handedOver());
  expect(answered.filter((id) => !kept.has(id))).toEqual([]);
  expect(log.lostBefore).toBe(0);
}, 120_000);

test('a node that is killed counts at its next start what it answered fast and lost: never less, and little more', async () => {
  const answered = await answeredUntilKilled('fast');
  const { log, handedOver } = await openLog(path);
  await log.recover(() => FLIGHT_PROFILE);
  const kept = new Set(await handedOver());
  const lost = answered.filter((id) => !kept.has(id)).length;
  expect(log.lostBefore).toBeGreaterThanOrEqual(lost);
  // The steps in which rows are promised, and what the thread had made durable without the main thread having heard of it.
  expect(log.lostBefore).toBeLessThanOrEqual(5000 + 4096);
  await log.stop();
  const next = await openLog(path);
  expect(next.log.lostBefore).toBe(log.lostBefore);
}, 120_000);

test('rows that wait for the disk are answered when they are durable, and refused when they cannot be', async () => {
  const { log, handedOver } = await openLog(path, { backlogRows: 2 });
  const { version } = flightPrediction('');
  const durable = (id: string) =>
    log.appendDurably({ ...flightPrediction(id), version: { ...version, serving: { ...version.serving, predictionLog: 'durable' } } });
  const [first, second, third] = await Promise.allSettled([durable('a'), durable('b'), durable('c')]);
  expect([first?.status, second?.status]).toEqual(['fulfilled', 'fulfilled']);
  expect(third).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
  expect(log.droppedRows).toBe(0);
  await log.closeSegments();
  expect(new Set(await handedOver())).toEqual(new Set(['a/0', 'b/0']));
});

test('a log thread that dies is replaced: what was durable is handed over, what was not is counted, and rows that come meanwhile are kept', async () => {
  const { log, handedOver } = await openLog(path, { threadEntry: MORTAL_LOG });
  append(log, ['a', 'b']);
  await expect.poll(async () => (await readdir(path)).filter((name) => name.endsWith('.segment')).length, { timeout: 10_000 }).toBe(1);
  await expect.poll(() => log.waiting, { timeout: 10_000 }).toBe(0);
  for (const request of [MORTAL_REQUEST, 'lost']) log.append(flightPrediction(request, endpointOf('others', 'mv_1')));
  await expect.poll(() => log.droppedRows, { timeout: 10_000 }).toBe(2);
  expect(messages).toContain('the thread of the prediction log ended and starts again; rows that were not durable are lost');
  append(log, ['c']);
  await log.closeSegments();
  expect(new Set(await handedOver())).toEqual(new Set(idsOf(['a', 'b', 'c'])));
  expect(log.droppedRows).toBe(2);
});

test('a log that stops writes everything that it has taken', async () => {
  const { log, handedOver } = await openLog(path, { backlogRows: 100_000 });
  append(log, range(0, 5000));
  await log.stop();
  expect(await handedOver()).toEqual(idsOf(range(0, 5000)));
  append(log, ['late']);
  expect(log.droppedRows).toBe(1);
});

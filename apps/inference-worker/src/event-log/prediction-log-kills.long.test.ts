import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryControlPlane } from '../fixtures/memory-control-plane.fixture.ts';
import { MortalFiles } from '../fixtures/mortal-files.fixture.ts';
import { flightPrediction } from '../fixtures/prediction-batch.fixture.ts';
import { recordingLogger } from '../fixtures/recording-logger.fixture.ts';
import { FLIGHT_PROFILE } from '../fixtures/reference-profile.fixture.ts';
import { endpointOf } from '../fixtures/serving.fixture.ts';
import type { LogQuestion, LogReport } from './log-messages.ts';
import { RowChunk } from './row-chunk.ts';
import { SegmentFolder } from './segment-folder.ts';
import { SegmentLog } from './segment-log.ts';
import { SegmentUploader } from './segment-uploader.ts';

vi.setConfig({ testTimeout: 240_000 });

/** What a killed process leaves does not depend on the disk, and memory is faster. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(FOLDER, 'millrace-kills-'));
});
afterEach(() => rm(path, { recursive: true }));

const NEVER = Number.POSITIVE_INFINITY;

/** One life of a node: repairs, writes some rows of two endpoints, hands over; perhaps killed on the way. */
class Life {
  readonly mortal: MortalFiles;
  readonly durable: string[] = [];
  readonly folder: SegmentFolder;
  readonly messages: string[] = [];
  private readonly at: string;
  private readonly log: SegmentLog;
  private readonly uploader: SegmentUploader;
  private readonly sent = new Map<string, string[]>();
  private readonly answers = new Map<number, () => void>();
  private nextId = 0;

  constructor(controlPlane: MemoryControlPlane, { at = path, lastOperation = NEVER }: { at?: string; lastOperation?: number } = {}) {
    this.at = at;
    this.mortal = new MortalFiles(lastOperation);
    const { files, step } = this.mortal;
    this.folder = new SegmentFolder(this.at, Date.now(), files);
    const report = (said: LogReport): void => this.receive(said);
    this.log = new SegmentLog({ folder: this.folder, segmentRows: 4, segmentMilliseconds: 3_600_000, report, onStopped: () => undefined });
    const client = {
      uploadArtifact: (content: Uint8Array<ArrayBuffer>) => step(() => controlPlane.uploadArtifact(content)),
      // Two steps: it may be recorded, and the answer never come.
      recordPredictionSegment: async (segment: Parameters<MemoryControlPlane['recordPredictionSegment']>[0]) => {
        await step(() => controlPlane.recordPredictionSegment(segment));
        await step(() => Promise.resolve());
      },
    };
    const closeAgain = (sequence: number, atLeast: number | undefined): Promise<void> => this.ask({ sequence, atLeast });
    this.uploader = new SegmentUploader({ folder: this.folder, client, logger: recordingLogger(this.messages), closeAgain });
  }

  /** False when it was killed. */
  async live(name: string): Promise<boolean> {
    const whole = this.work(name).then(() => true);
    const isAlive = await Promise.race([whole, this.mortal.killed.then(() => false)]);
    await this.mortal.bury();
    return isAlive;
  }

  private async work(name: string): Promise<void> {
    await this.folder.repair();
    await this.ask('recover');
    await this.uploader.uploadClosed('node_1');
    for (const part of ['a', 'b']) {
      this.append(`${name}-${part}`);
      await this.ask('close-segments');
    }
    await this.uploader.uploadClosed('node_1');
    await this.ask('stop');
  }

  private append(name: string): void {
    const { version } = flightPrediction(name);
    this.log.take({ kind: 'version', modelVersionId: version.modelVersionId, referenceProfile: FLIGHT_PROFILE });
    for (const endpoint of ['flights', 'others']) {
      const ids = [`${name}-${endpoint}-0`, `${name}-${endpoint}-1`];
      const chunk = new RowChunk(flightPrediction(name, endpointOf(endpoint, 'mv_1')), 64);
      for (const id of ids) chunk.add(flightPrediction(id, endpointOf(endpoint, 'mv_1')));
      const { endpointId } = endpointOf(endpoint, 'mv_1');
      this.sent.set(endpointId, [...(this.sent.get(endpointId) ?? []), ...ids.map((id) => `${id}/0`)]);
      this.log.take(chunk.message());
    }
  }

  private ask(question: LogQuestion): Promise<void> {
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.answers.set(id, resolve);
      this.log.take({ kind: 'ask', id, question });
    });
  }

  private receive(said: LogReport): void {
    if (said.kind === 'done') this.answers.get(said.id)?.();
    else if (said.kind === 'profiles-wanted')
      this.log.take({ kind: 'profiles', id: said.id, profiles: new Map(said.modelVersionIds.map((id) => [id, FLIGHT_PROFILE])) });
    else if (said.kind === 'committed') this.durable.push(...(this.sent.get(said.endpointId)?.splice(0, said.rows) ?? []));
    else if (said.kind === 'log') this.messages.push(said.message);
  }
}

const idsOf = (controlPlane: MemoryControlPlane): string[] => controlPlane.rows().map((row) => String(row['event_id']));

/** What was durable is there, nothing is twice, every row is counted in its summaries, and nothing is left on the disk. */
async function expectExactlyOnce(controlPlane: MemoryControlPlane, lives: readonly Life[], at = path): Promise<void> {
  const ids = idsOf(controlPlane);
  expect(new Set(ids).size).toBe(ids.length);
  expect(lives.flatMap(({ durable }) => durable).filter((id) => !ids.includes(id))).toEqual([]);
  let counted = 0;
  for (const { summaries, rows } of controlPlane.segments.values()) {
    const inSummaries = summaries.reduce((sum, summary) => sum + summary.rows, 0);
    expect(inSummaries).toBe(rows);
    counted += rows;
  }
  expect(counted).toBe(ids.length);
  expect(await readdir(at)).toEqual(['last-sequence']);
}

test('a node that is killed at any operation of writing, closing, handing over and removing hands everything durable over exactly once', async () => {
  let operations = 0;
  for (let last = 0, survived = false; !survived; last++) {
    const at = join(path, String(last));
    const controlPlane = new MemoryControlPlane();
    const first = new Life(controlPlane, { at, lastOperation: last });
    survived = await first.live('first');
    const second = new Life(controlPlane, { at });
    expect(await second.live('second')).toBe(true);
    await expectExactlyOnce(controlPlane, [first, second], at);
    await rm(at, { recursive: true });
    operations = last;
  }
  expect(operations).toBeGreaterThan(80);
});

test('a node that is killed at any operation of its repair, too, hands everything durable over exactly once', async () => {
  const whole = new Life(new MemoryControlPlane(), { at: join(path, 'whole') });
  await whole.live('whole');
  for (let first = 1; first < whole.mortal.operations; first += 29)
    for (let second = 1 + (first % 3); second < 40; second += 9) {
      const at = join(path, `${first}-${second}`);
      const controlPlane = new MemoryControlPlane();
      const lives = [
        new Life(controlPlane, { at, lastOperation: first }),
        new Life(controlPlane, { at, lastOperation: second }),
        new Life(controlPlane, { at }),
      ];
      for (const [index, life] of lives.entries()) await life.live(`life-${index}`);
      await expectExactlyOnce(controlPlane, lives, at);
      await rm(at, { recursive: true });
    }
});

/** Two closed segments that nobody has taken yet: their sequences. */
async function leaveTwoSegments(): Promise<readonly number[]> {
  const away = new MemoryControlPlane();
  away.away = true;
  await new Life(away).live('left');
  const sequences = await new SegmentFolder(path, Date.now()).closed();
  expect(sequences).toHaveLength(4);
  return sequences;
}

test.each([
  ['is of zero length', () => ''],
  ['is cut short', (text: string) => text.slice(0, text.length / 2)],
  ['is of another segment', (text: string) => text.replace(/"sequence":\d+/, '"sequence":7')],
])('a segment whose manifest %s is closed again from its rows, and holds up none', async (_what, spoil) => {
  const [oldest = 0] = await leaveTwoSegments();
  const manifest = join(path, `${oldest}.manifest.json`);
  await writeFile(manifest, spoil(await readFile(manifest, 'utf8')));
  const controlPlane = new MemoryControlPlane();
  const life = new Life(controlPlane);
  expect(await life.live('next')).toBe(true);
  await expectExactlyOnce(controlPlane, [life]);
  expect(idsOf(controlPlane)).toContain('left-a-flights-0/0');
});

test('a segment whose rows are gone is set aside with the reason and its rows counted, and holds up none', async () => {
  const [oldest = 0] = await leaveTwoSegments();
  await rm(join(path, `${oldest}.segment`));
  const controlPlane = new MemoryControlPlane();
  const life = new Life(controlPlane);
  expect(await life.live('next')).toBe(true);
  expect(controlPlane.segments.size).toBe(7);
  expect(life.messages).toContain('segment set aside: it cannot be handed over');
  expect(await readdir(path)).toEqual(['last-sequence', 'set-aside']);
  expect((await readdir(join(path, 'set-aside'))).toSorted()).toEqual([`${oldest}.manifest.json`, `${oldest}.reason.json`]);
  const reason: unknown = JSON.parse(await readFile(join(path, 'set-aside', `${oldest}.reason.json`), 'utf8'));
  expect(reason).toMatchObject({ code: 'ARTIFACT_MISSING', endpointId: 'ep_flights', rows: 2 });
  const restarted = new SegmentFolder(path, Date.now());
  await restarted.repair();
  expect(restarted.setAside.segments).toBe(1);
});

test('a file whose head cannot be read is set aside when it was more than begun, and the node goes on', async () => {
  await leaveTwoSegments();
  await writeFile(join(path, '98.segment'), Buffer.alloc(4096));
  await writeFile(join(path, '99.segment'), Buffer.alloc(5000));
  const controlPlane = new MemoryControlPlane();
  expect(await new Life(controlPlane).live('next')).toBe(true);
  expect(controlPlane.segments.size).toBe(8);
  expect((await readdir(join(path, 'set-aside'))).toSorted()).toEqual(['99.reason.json', '99.segment']);
});

test.each(['garbage', '', '9999999999999', '-4'])('a last-sequence of "%s" neither repeats a number nor ends the counting', async (text) => {
  const [oldest = 0, ...others] = await leaveTwoSegments();
  await writeFile(join(path, 'last-sequence'), text);
  const next = await new SegmentFolder(path, Date.UTC(2001, 0, 1)).nextSequence();
  expect(next).toBeGreaterThan(Math.max(oldest, ...others));
  expect(next).toBeLessThan(2 ** 31);
});

test('a clock far in the future does not use up the numbers', async () => {
  expect(await new SegmentFolder(path, Date.UTC(2300, 0, 1)).nextSequence()).toBe(1);
});

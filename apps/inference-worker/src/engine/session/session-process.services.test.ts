import { expect, test } from 'vitest';
import { readdirSync } from 'node:fs';
import { divisionModel, widthModel } from '../../fixtures/faulty-models.fixture.ts';
import { flightModel } from '../../fixtures/models.fixture.ts';
import { artifactPath, divide, integers, LEAST, load, releaseVersions, score } from '../../fixtures/process-versions.fixture.ts';
import type { NamedTensors } from '../tensor/tensor.ts';
import { digestOf } from '@millrace/storage';
import { LiveSession } from './live-session.ts';
import { sessionProcessIds } from './process-link.ts';

releaseVersions();

const wide = (width: number): NamedTensors => ({ x: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(1) }, width: integers(width) });

test('a model that traps again and again is given up with its reason, and nothing is left of it', async () => {
  const version = await load(divisionModel(), { maximumBatchRows: 1 }, { restarts: { attempts: 2, firstBackoffMilliseconds: 1 } });
  for (let i = 0; i < 3; i++) await expect(divide(version, LEAST, -1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(version.health).toMatchObject({ state: 'failed', restarts: 2 });
  await expect(divide(version, 4, 2)).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('SIGFPE') as string });
});

test('a process that was stopped is found out by its next run, and replaced', async () => {
  const version = await load(divisionModel(), { runTimeoutMilliseconds: 200 });
  const [pid = 0] = sessionProcessIds();
  process.kill(pid, 'SIGSTOP');
  await expect(divide(version, 4, 2)).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(score(await divide(version, 4, 2))).toBe(2n);
  expect(sessionProcessIds()).not.toContain(pid);
});

test('what a process asks for beyond its limit fails the request, or the process, and never the node', async () => {
  const version = await load(widthModel(), {}, { memoryLimitBytes: 600 * 2 ** 20 });
  await expect(version.infer({ inputs: wide(4e8), rows: 1 })).rejects.toMatchObject({ code: expect.stringMatching(/MODEL_INVALID|UNAVAILABLE/) as string });
  expect(score(await version.infer({ inputs: wide(1), rows: 1 }))).toBe(1);
});

const files = (): number => readdirSync('/proc/self/fd').length;

test('a hundred sessions that come and go leave no process, no file and no handle behind', async () => {
  const version = await load(divisionModel(), { maximumBatchRows: 1 });
  await version.drainAndRelease();
  const [filesBefore, handlesBefore] = [files(), process.getActiveResourcesInfo().length];
  const source = { path: artifactPath(divisionModel()), digest: divisionModel().version.artifactDigest };
  for (let i = 0; i < 25; i++) {
    const { signal } = new AbortController();
    const sessions = await Promise.all([1, 2, 3, 4].map(() => LiveSession.open({ source, provider: 'cpu', isolation: 'process' }, signal)));
    // Half of them trap, half are closed in order.
    await Promise.all(
      sessions.map(async (session, at) => {
        if (at % 2 === 0) await expect(session.runTensors({ x: integers(LEAST), y: integers(-2) })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await session.close();
      }),
    );
  }
  expect(sessionProcessIds()).toEqual([]);
  expect(files() - filesBefore).toBeLessThanOrEqual(4);
  expect(process.getActiveResourcesInfo().length - handlesBefore).toBeLessThanOrEqual(4);
}, 400_000);

test.each([
  ['cut short', (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
  ['empty', () => new Uint8Array(0)],
  ['noise', (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, i) => byte ^ (i * 7))],
])('an artifact that is %s is refused in a process of its own, and nothing is left of it', async (_name, damage) => {
  const bytes = damage(flightModel(1).bytes);
  const { version } = flightModel(1);
  await expect(load({ bytes, version: { ...version, artifactDigest: digestOf(bytes), artifactBytes: bytes.length } })).rejects.toMatchObject({
    code: 'MODEL_INVALID',
  });
  expect(sessionProcessIds()).toEqual([]);
});

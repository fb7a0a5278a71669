import { findTrappingOperators, onnxModelBytes, readOnnxModel, type ModelDraft } from '@millrace/onnx-graph';
import { digestOf } from '@millrace/storage';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { given, modelOf, nameOf, type NodeTrial, type TrapTrial } from '../../fixtures/traps/node-trial.fixture.ts';
import { hostileRequests, SURVIVING_TRIALS } from '../../fixtures/traps/surviving-trials.fixture.ts';
import { GREEDY_TRIALS, TRAP_TRIALS } from '../../fixtures/traps/trap-trials.fixture.ts';
import { LiveSession } from './live-session.ts';
import { sessionProcessIds } from './process-link.ts';

/** Requests as small as these are answered in thousandths of a second, or not at all. */
const ENDLESS_MILLISECONDS = 5000;

let folder: string;
let load: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-traps-'));
  load = new AbortController();
});
afterEach(async () => {
  load.abort();
  await expect.poll(sessionProcessIds).toEqual([]);
  await rm(folder, { recursive: true });
});

async function open(draft: ModelDraft): Promise<LiveSession> {
  const bytes = onnxModelBytes(draft);
  const path = join(folder, 'model.onnx');
  await writeFile(path, bytes);
  return LiveSession.open({ source: { path, digest: digestOf(bytes) }, provider: 'cpu', isolation: 'process' }, load.signal);
}

/** What comes of one request: `answered`, `refused` with an error of the model, `endless`, or how the process ended. */
async function outcomeOf(trial: NodeTrial): Promise<string> {
  const { draft, inputs } = modelOf(trial);
  const run = async (): Promise<string> => {
    const session = await open(draft);
    const answer = session.runTensors(inputs).then(() => 'answered');
    const outcome = await Promise.race([answer, sleep(ENDLESS_MILLISECONDS, 'endless', { ref: false })]);
    if (outcome === 'endless') answer.catch(() => undefined);
    return outcome;
  };
  return run().catch((error: { code?: string; message: string }) => (error.code === 'UNAVAILABLE' ? error.message : 'refused'));
}

const named = <Trial extends NodeTrial>(trials: readonly Trial[]): { name: string; trial: Trial }[] => trials.map((trial) => ({ name: nameOf(trial), trial }));
const trapsOf = (trial: NodeTrial): { opType: string; takes: string }[] =>
  findTrappingOperators(readOnnxModel(onnxModelBytes(modelOf(trial).draft))).map(({ opType, takes }) => ({ opType, takes }));
const trapOf = ({ op, takes }: TrapTrial): { opType: string; takes: string } => ({ opType: op, takes });

// An entry that fails here is mended in a newer ONNX Runtime: it goes from the table, and from `findTrappingOperators`.
test.runIf(process.arch === 'x64').each(named(TRAP_TRIALS))('$name ends its process or keeps it for ever, and is found before', async ({ trial }) => {
  expect(trapsOf(trial)).toEqual([trapOf(trial)]);
  expect(await outcomeOf(trial)).toMatch(trial.isEndless === true ? /^endless$/ : /SIG(FPE|SEGV|ABRT)/);
});

test.each(named(GREEDY_TRIALS))('$name takes as much memory as a value says, and is found before', async ({ trial }) => {
  expect(trapsOf(trial)).toEqual([trapOf(trial)]);
  const { draft, inputs } = modelOf(trial);
  const session = await open(draft);
  expect(await session.measure(inputs)).toBeGreaterThan(100_000_000);
});

test.each(named(SURVIVING_TRIALS))('$name survives tensors without elements and hostile numbers, and is not called a trap', async ({ trial }) => {
  expect(trapsOf(trial)).toEqual([]);
  const session = await open(modelOf(trial).draft);
  const outcomes: string[] = [];
  for (const request of hostileRequests(trial)) {
    const answer = session.runTensors(modelOf(request).inputs);
    outcomes.push(
      await answer.then(
        () => 'answered',
        ({ code, message }: { code?: string; message: string }) => code ?? message,
      ),
    );
  }
  expect(outcomes[0]).toBe('answered');
  expect(outcomes).toSatisfy((all: string[]) => all.every((outcome) => outcome === 'answered' || outcome === 'MODEL_INVALID'));
});

/** Nothing is to be reversed, so that the sequence is to come as it is. */
const reversed = (element: number): NodeTrial => ({
  op: 'ReverseSequence',
  attributes: { batch_axis: 0, time_axis: 1 },
  inputs: [given('FP32', [1, 64], element), given('INT64', [1], 0)],
});

test('ReverseSequence gives what lies in memory where a length is zero, and is found before', async () => {
  expect(trapsOf(reversed(1))).toEqual([{ opType: 'ReverseSequence', takes: 'VALUES' }]);
  const session = await open(modelOf(reversed(1)).draft);
  const isRight: boolean[] = [];
  for (let element = 1; element <= 20; element++) {
    const { outputs } = await session.runTensors(modelOf(reversed(element)).inputs);
    isRight.push(Array.from(outputs['y0']?.data as Float32Array).every((one) => one === element));
  }
  expect(isRight).toContain(false);
});

import { setTimeout as delay } from 'node:timers/promises';
import { startServingNode, temporaryFolder, type ServingNode } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differenceFrom, readBackendCases, type BackendCase } from './backend-cases.ts';
import { python } from './python.ts';

/** Every how many-th case is run. With `BACKEND_STEP=1` all are, in several minutes. */
const STEP = Number(process.env['BACKEND_STEP'] ?? 5);
/** Versions that the node holds at a time. */
const HELD = 120;

let cases: readonly BackendCase[];
let outOfReach: Readonly<Record<string, number>>;
let node: ServingNode;

beforeAll(async () => {
  const folder = await temporaryFolder();
  await python('backend_cases.py', folder.path);
  const read = await readBackendCases(folder.path);
  expect(read.cases.length).toBeGreaterThan(1200);
  cases = read.cases.filter((_, number) => number % STEP === 0);
  outOfReach = read.outOfReach;
  await folder.remove();
  node = await startServingNode({ prepare: () => undefined });
});
afterAll(async () => {
  expect(await node.stop()).toBe(0);
});

/** Resolves with the reasons of those that could not be loaded, when all others are. */
async function assign(batch: readonly BackendCase[]): Promise<ReadonlyMap<string, string>> {
  const { controlPlane } = node;
  for (const { model } of batch) controlPlane.store(model);
  controlPlane.serve(batch.map(({ version }) => version));
  for (;;) {
    await delay(20);
    const { report, assignment } = controlPlane;
    const states = report?.servedGeneration === assignment.generation ? report.versionStates : [];
    if (states.length < batch.length || states.some(({ state }) => state !== 'LOADED' && state !== 'FAILED')) continue;
    return new Map(states.filter(({ state }) => state === 'FAILED').map(({ modelVersionId, error }) => [modelVersionId, error?.message ?? 'FAILED']));
  }
}

/** Why the node's answer is not Python's. */
async function failureOf(backendCase: BackendCase): Promise<string | undefined> {
  const response = await fetch(`${node.url}/v2/models/${backendCase.version.model}/infer`, {
    method: 'POST',
    headers: { authorization: `Bearer ${node.token}`, 'inference-header-content-length': String(backendCase.headerBytes) },
    body: backendCase.body,
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const headerBytes = Number(response.headers.get('inference-header-content-length') ?? bytes.length);
  const header = Buffer.from(bytes.subarray(0, headerBytes)).toString();
  return response.ok ? differenceFrom(backendCase, header, bytes.subarray(headerBytes)) : `${response.status}: ${header}`;
}

test(
  'of the backend tests of ONNX that its runtime runs in Python, 99 of 100 load and answer the same',
  async () => {
    const failures: Record<string, string> = {};
    for (let from = 0; from < cases.length; from += HELD) {
      const batch = cases.slice(from, from + HELD);
      const failed = await assign(batch);
      for (const backendCase of batch) {
        const reason = failed.get(backendCase.version.modelVersionId) ?? (await failureOf(backendCase));
        if (reason !== undefined) failures[backendCase.name] = reason;
      }
    }
    expect(Object.keys(failures).length, JSON.stringify({ failures, outOfReach }, undefined, 1)).toBeLessThanOrEqual(cases.length / 100);
  },
  3_000_000 / STEP,
);

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { servingOptionsSchema, type AssignedVersion, type ServingOptionsInput } from '@millrace/contracts';
import { onnxModelBytes } from '@millrace/onnx-graph';
import { startServingNode, type ServingNode } from '@millrace/testing';
import { afterEach, expect, test } from 'vitest';

/** score = the mean of a product of matrices as wide as `width` says: 1 is at once, 20,000 takes many minutes. */
function endless(isolation: ServingOptionsInput['isolation']): { readonly bytes: Uint8Array; readonly version: AssignedVersion } {
  const bytes = onnxModelBytes({
    inputs: [
      { name: 'x', type: 'FP32', shape: [1, 1] },
      { name: 'width', type: 'INT64', shape: [2] },
    ],
    outputs: [{ name: 'score', type: 'FP32', shape: [1, 1] }],
    nodes: [
      { op: 'Expand', inputs: ['x', 'width'], outputs: ['a'] },
      { op: 'MatMul', inputs: ['a', 'a'], outputs: ['b'] },
      { op: 'MatMul', inputs: ['b', 'a'], outputs: ['c'] },
      { op: 'ReduceMean', inputs: ['c'], outputs: ['score'] },
    ],
  });
  return {
    bytes,
    version: {
      modelVersionId: 'mv_endless',
      model: 'endless',
      version: 1,
      artifactDigest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      artifactBytes: bytes.length,
      signature: {
        inputs: [
          { name: 'x', datatype: 'FP32', shape: [1, 1] },
          { name: 'width', datatype: 'INT64', shape: [2] },
        ],
        outputs: [{ name: 'score', datatype: 'FP32', shape: [1, 1] }],
        features: [],
      },
      threshold: 0.5,
      scoreOutput: 'score',
      referenceProfile: null,
      serving: servingOptionsSchema.parse({ isolation }),
    },
  };
}

let node: ServingNode;
afterEach(() => node.stop());

function start(isolation: ServingOptionsInput['isolation']): Promise<ServingNode> {
  const { bytes, version } = endless(isolation);
  return startServingNode({
    env: { STOP_TIMEOUT_SECONDS: '2' },
    prepare: (controlPlane) => {
      controlPlane.store(bytes);
      controlPlane.serve([version]);
    },
  });
}

async function ask(width: number): Promise<number | 'cut'> {
  const inputs = [
    { name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] },
    { name: 'width', datatype: 'INT64', shape: [2], data: [width, width] },
  ];
  try {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${node.token}` };
    return (await fetch(`${node.url}/v2/models/endless/infer`, { method: 'POST', headers, body: JSON.stringify({ inputs }) })).status;
  } catch {
    return 'cut';
  }
}

/** Of all threads of the process, in ticks of the clock: grows while it computes. */
const ticksOf = (pid: number): number => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[13]);
const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
      .split(' ')
      .flatMap((child) => (child.trim() === '' ? [] : [Number(child)])),
  );

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

test.each(['thread', 'process'] as const)('a node is asked to stop while a model computes for ever in a %s, and ends with exit code 0', async (isolation) => {
  node = await start(isolation);
  expect(await ask(2)).toBe(200);
  const [pid = node.pid] = isolation === 'process' ? childrenOf(node.pid) : [];
  const before = ticksOf(pid);
  const running = ask(9000);
  await expect.poll(() => ticksOf(pid) - before, { timeout: 20_000 }).toBeGreaterThan(20);
  expect(await node.terminate()).toBe(0);
  expect([503, 'cut']).toContain(await running);
});

test('a node that is killed leaves no process behind, even where one computes for ever', async () => {
  node = await start('process');
  const [child = 0] = childrenOf(node.pid);
  const before = ticksOf(child);
  const running = ask(9000);
  await expect.poll(() => ticksOf(child) - before, { timeout: 20_000 }).toBeGreaterThan(20);
  process.kill(node.pid, 'SIGKILL');
  expect(await running).toBe('cut');
  await expect.poll(() => isAlive(child), { timeout: 20_000 }).toBe(false);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PredictionLogStatus } from '@millrace/contracts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningNode } from './composition.ts';
import { askFlights, NodeFixture, numberedModel } from './fixtures/node.fixture.ts';
import { SmallDisk } from './fixtures/small-disk.fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const canMount = await SmallDisk.canMount();
let disk: SmallDisk;
let nodes: NodeFixture;
beforeEach(async () => {
  if (!canMount) return;
  disk = (await SmallDisk.mount(1024)) ?? disk;
  nodes = await NodeFixture.make(disk.path);
  nodes.controlPlane.assign(numberedModel(1), 'flights');
});
afterEach(async () => {
  if (!canMount) return;
  await disk.empty();
  await nodes.close();
  await disk.unmount();
});

async function predictionLogOf(node: RunningNode): Promise<PredictionLogStatus> {
  const answer = (await (await fetch(`${node.url}/v2/health/ready`)).json()) as { predictionLog: PredictionLogStatus };
  return answer.predictionLog;
}

/** Asks so often, and returns the event ids of what was answered. */
async function ask(node: RunningNode, name: string, times: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < times; i++) {
    const id = `${name}-${i}`;
    const { status } = await askFlights(node, i, { id });
    expect(status).toBe(200);
    ids.push(`${id}/0`);
  }
  return ids;
}

const handedOver = (): unknown[] => nodes.controlPlane.rows().map((row) => row['event_id']);

test.runIf(canMount)(
  'a node whose disk is full answers, says so everywhere, counts what it cannot keep, and goes on by itself when there is room',
  async () => {
    const node = await nodes.start({ segments: { segmentRows: 20_000, segmentMilliseconds: 20, backlogRows: 50 } });
    const answered = await ask(node, 'before', 20);
    await disk.fill();
    answered.push(...(await ask(node, 'full', 200)));
    await expect.poll(async () => (await predictionLogOf(node)).fault, { timeout: 20_000 }).toContain('ENOSPC');
    answered.push(...(await ask(node, 'still', 50)));
    await node.agent.beat();
    await expect.poll(async () => (await predictionLogOf(node)).freeBytes, { timeout: 20_000 }).toBeLessThan(100_000);
    await node.agent.beat();
    const status = await predictionLogOf(node);
    expect(status.droppedRows).toBeGreaterThan(0);
    expect(nodes.controlPlane.heartbeats.at(-1)?.stats.predictionLog).toMatchObject({ droppedRows: status.droppedRows, fault: status.fault });
    const metrics = await (await fetch(`${node.url}/metrics`)).text();
    expect(metrics).toContain(`millrace_prediction_log_dropped_rows_total ${status.droppedRows}\n`);
    expect(metrics).toContain('millrace_prediction_log_healthy 0\n');
    expect(nodes.messages.filter((message) => message === 'prediction log cannot be written')).toHaveLength(1);

    await disk.empty();
    await expect.poll(() => nodes.messages, { timeout: 20_000 }).toContain('prediction log can be written again');
    answered.push(...(await ask(node, 'after', 20)));
    await node.log.closeSegments();
    await node.agent.beat();
    const { droppedRows } = await predictionLogOf(node);
    await expect.poll(() => handedOver().length, { timeout: 20_000 }).toBe(answered.length - droppedRows);
    expect(new Set(handedOver()).size).toBe(answered.length - droppedRows);
    await expect
      .poll(async () => (await readdir(join(nodes.stateFolder, 'segments'))).toSorted(), { timeout: 20_000 })
      .toEqual(['last-sequence', 'promised-rows']);
  },
);

test.runIf(canMount)('a node that starts on a full disk, or one that cannot be written, serves what it remembers and counts what it cannot keep', async () => {
  const first = await nodes.start();
  expect(await ask(first, 'first', 1)).toHaveLength(1);
  await nodes.stop(first);
  const had = handedOver().length;

  await disk.fill();
  const onFull = await nodes.start({ segments: { segmentRows: 20_000, segmentMilliseconds: 20, backlogRows: 5 } });
  await ask(onFull, 'full', 20);
  expect((await predictionLogOf(onFull)).droppedRows).toBe(15);
  await disk.empty();
  await nodes.stop(onFull);
  expect(handedOver()).toHaveLength(had + 5);

  disk.allowWriting(false);
  const readOnly = await nodes.start({ segments: { segmentRows: 20_000, segmentMilliseconds: 20, backlogRows: 5 } });
  await ask(readOnly, 'read-only', 20);
  await expect.poll(async () => (await predictionLogOf(readOnly)).fault, { timeout: 20_000 }).toContain('EROFS');
  expect((await predictionLogOf(readOnly)).droppedRows).toBe(15);
  disk.allowWriting(true);
  await expect.poll(() => nodes.messages, { timeout: 20_000 }).toContain('prediction log can be written again');
  await nodes.stop(readOnly);
  expect(handedOver()).toHaveLength(had + 10);
});

import { followRows, onnxModelBytes, readOnnxModel, type Dimension } from '@millrace/onnx-graph';
import {
  DATATYPE_OF_ONNX_TYPE,
  MillraceError,
  servingOptionsSchema,
  type AssignedVersion,
  type ServingOptionsInput,
  type TensorSpec,
} from '@millrace/contracts';
import { digestOf } from '@millrace/storage';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { areClose } from '../fixtures/close-tensors.fixture.ts';
import type { RowGraph } from '../fixtures/row-graph.fixture.ts';
import { ROWS_APART } from '../fixtures/rows-apart.fixture.ts';
import { ROWS_MIXED } from '../fixtures/rows-mixed.fixture.ts';
import { trialInputs } from './batching/trial-inputs.ts';
import { findTrial } from './batching/trial.ts';
import { findBatching } from './batching/warm-up.ts';
import { BatchQueue } from './queue/batch-queue.ts';
import { ServedVersion } from './served-version.ts';
import { openOnnxSession, type OnnxSession } from './session/onnx-runtime.ts';
import { SessionFault } from './session/session-fault.ts';
import { StatisticsRecorder } from './statistics/statistics-recorder.ts';
import { packTensors, unpackTensors } from './tensor/tensor-packing.ts';
import type { NamedTensors, Tensor } from './tensor/tensor.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-rows-'));
});
afterAll(() => rm(folder, { recursive: true }));

const DATATYPES = new Map<string, TensorSpec['datatype']>(Object.values(DATATYPE_OF_ONNX_TYPE).map((datatype) => [datatype, datatype]));

function specOf({ name, type, shape = [] }: RowGraph['draft']['inputs'][number]): TensorSpec {
  return { name, datatype: DATATYPES.get(type) ?? 'FP32', shape: shape.map((dimension: Dimension) => (typeof dimension === 'number' ? dimension : -1)) };
}

interface OpenedGraph {
  readonly assigned: AssignedVersion;
  /** As the node answers, requests joined as far as it joins them. */
  readonly queue: Pick<BatchQueue, 'submit' | 'unbatchedReason'>;
  /** ONNX Runtime alone. */
  readonly alone: OnnxSession;
}

function assignedOf({ name, draft }: RowGraph, bytes: Uint8Array, serving: ServingOptionsInput): AssignedVersion {
  return {
    modelVersionId: name,
    model: 'rows',
    version: 1,
    artifactDigest: digestOf(bytes),
    artifactBytes: bytes.length,
    signature: { inputs: draft.inputs.map(specOf), outputs: draft.outputs.map(specOf), features: [] },
    threshold: 0.5,
    scoreOutput: 'y',
    referenceProfile: null,
    serving: servingOptionsSchema.parse({ maximumBatchRows: 16, ...serving }),
  };
}

/** Opens the graph in this thread: sessions that block one another take a hundredth of the time that threads of their own take to start. */
async function open(graph: RowGraph, serving: ServingOptionsInput = {}): Promise<OpenedGraph> {
  const bytes = onnxModelBytes(graph.draft);
  const assigned = assignedOf(graph, bytes, serving);
  const alone = await openOnnxSession(bytes, 'cpu', DATATYPE_OF_ONNX_TYPE);
  const runTensors = async (tensors: NamedTensors): Promise<{ outputs: NamedTensors; times: typeof NO_TIME }> => ({
    outputs: await run(alone, tensors),
    times: NO_TIME,
  });
  const session = { runTensors };
  const trial = await findTrial(assigned, session);
  const limits = { maximumBatchRows: 16, maximumQueuedRows: 1000 };
  const verdict = followRows(readOnnxModel(bytes));
  const { maximumBatchRows, unbatchedReason } = await findBatching(
    assigned,
    { session, trial, options: { provider: 'cpu' } },
    { verdict, limits, memory: undefined },
  );
  const runner = {
    isFree: true,
    run: async (requests: readonly NamedTensors[], rows: number) => runTensors(unpackTensors(alone.inputs, packTensors(alone.inputs, requests, rows))),
  };
  const queue = new BatchQueue({ runners: [runner], limits: { ...limits, maximumBatchRows }, unbatchedReason, statistics: new StatisticsRecorder() });
  return { assigned, queue, alone };
}

const NO_TIME = { input: 0, infer: 0, output: 0 };

/** As a session thread does: what ONNX Runtime throws is an error of the model. */
async function run(session: OnnxSession, tensors: NamedTensors): Promise<NamedTensors> {
  try {
    return await session.run(tensors);
  } catch (error) {
    throw error instanceof SessionFault ? MillraceError.from(error.serialized) : error;
  }
}

/** What each of 24 requests of one, two or three rows got from the node at once, beside what ONNX Runtime gives for it alone. */
async function differences({ assigned, queue, alone }: OpenedGraph): Promise<string[]> {
  const requests = Array.from({ length: 24 }, (_, index) => Array.from({ length: 1 + (index % 3) }, (_row, row) => 1000 + index * 5 + row));
  const inputs = requests.map((rows) => trialInputs(assigned, { values: 'wide', open: 3 }, rows));
  const given = await Promise.allSettled(inputs.map((tensors, index) => queue.submit({ inputs: tensors, rows: requests[index]?.length ?? 1 })));
  const wrong: string[] = [];
  for (const [index, answer] of given.entries()) {
    const expected = await alone.run(inputs[index] ?? {}).catch(() => undefined);
    if (expected === undefined || answer.status === 'rejected') {
      if ((expected === undefined) !== (answer.status === 'rejected'))
        wrong.push(`request ${index}: ${String(answer.status === 'rejected' ? answer.reason : 'answered')}`);
      continue;
    }
    for (const [name, tensor] of Object.entries(expected))
      if (!areClose(tensor, answer.value[name], () => toleranceOf(tensor))) wrong.push(`request ${index}: ${name}`);
  }
  return wrong;
}

/** Within a small part of the largest number of the tensor. */
function toleranceOf({ data }: Tensor): number {
  return 1e-4 * Math.max(1, ...Array.from<unknown>(data).flatMap((value) => (typeof value === 'number' && Number.isFinite(value) ? [Math.abs(value)] : [])));
}

/** What these do is not the same twice, whoever is there: noise, and a mean that moves with every run. */
const NOT_REPEATABLE = new Set(['noise', 'batch normalization in training']);

test('there are at least forty graphs of each verdict', () => {
  expect(ROWS_APART.length).toBeGreaterThanOrEqual(40);
  expect(ROWS_MIXED.length).toBeGreaterThanOrEqual(40);
});

test.each(ROWS_APART)('$name: rows are proven to stay apart, are joined, and are what they are alone', async (graph) => {
  expect(followRows(readOnnxModel(onnxModelBytes(graph.draft)))).toEqual({ proven: true });
  const opened = await open(graph);
  try {
    expect(opened.queue.unbatchedReason).toBeUndefined();
    expect(await differences(opened)).toEqual([]);
    expect(opened.queue.unbatchedReason).toBeUndefined();
  } finally {
    await opened.alone.release();
  }
});

test.each(ROWS_MIXED)('$name: is served unbatched with the node named, and every answer is that of its request alone', async (graph) => {
  const verdict = followRows(readOnnxModel(onnxModelBytes(graph.draft)));
  expect(verdict).toMatchObject({ proven: false, fault: { node: graph.mixedBy } });
  const opened = await open(graph);
  try {
    expect(opened.queue.unbatchedReason).toBeDefined();
    if (graph.mixedBy !== '') expect(opened.queue.unbatchedReason).toContain(`node "${graph.mixedBy}"`);
    if (!NOT_REPEATABLE.has(graph.name)) expect(await differences(opened)).toEqual([]);
  } finally {
    await opened.alone.release();
  }
});

/** Graphs that keep rows apart in truth, in a way that is not proven. */
const APART_IN_TRUTH = new Set(['the rows on two axes']);

test.each(ROWS_MIXED)('$name: an owner who insists is not believed where rows show that they see each other', async (graph) => {
  const opened = await open(graph, { batching: 'declared' });
  try {
    expect(opened.queue.unbatchedReason === undefined).toBe(APART_IN_TRUTH.has(graph.name));
    if (opened.queue.unbatchedReason === undefined) expect(await differences(opened)).toEqual([]);
  } finally {
    await opened.alone.release();
  }
});

test.each([...ROWS_APART.slice(0, 3), ...ROWS_MIXED.slice(0, 3)])('$name: a node with threads of its own says and answers the same', async (graph) => {
  const { assigned, alone } = await open(graph);
  const path = join(folder, 'model.onnx');
  await writeFile(path, onnxModelBytes(graph.draft));
  const version = await ServedVersion.load(assigned, path, { provider: 'cpu', limits: { maximumBatchRows: 16, maximumQueuedRows: 1000 } });
  try {
    expect(version.batchable).toBe(graph.mixedBy === undefined);
    expect(await differences({ assigned, queue: { submit: (request) => version.infer(request), unbatchedReason: version.unbatchedReason }, alone })).toEqual(
      [],
    );
  } finally {
    await Promise.all([version.drainAndRelease(), alone.release()]);
  }
});

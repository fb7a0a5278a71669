import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServingNode } from '@millrace/testing';
import { startInteropNode } from './interop-node.ts';
import { python } from './python.ts';

const TOTALS = [6, 22, 38];
const WAY = { wrong: [], id: '7', model: 'every', version: '1' };
const EXTENSIONS = ['binary_tensor_data', 'classification', 'model_repository', 'schedule_policy', 'statistics'];

let node: ServingNode;
let http: string;
beforeAll(async () => {
  node = await startInteropNode();
  http = new URL(node.url).host;
});
afterAll(async () => {
  expect({ code: await node.stop(), complaints: node.complaints }).toEqual({ code: 0, complaints: [] });
});

const refusal = (status: string, ...words: readonly string[]) => ({
  status,
  message: expect.stringMatching(new RegExp(words.map((word) => `(?=.*${word})`).join(''), 's')),
});

test('tritonclient over HTTP gets back every datatype as it was, JSON or binary, one way or both', async () => {
  const seen = (await python('triton_http.py', http, node.token)) as { readonly server: { readonly extensions: readonly string[] } };
  expect(seen).toMatchObject({ live: true, ready: true, server: { name: 'millrace' }, modelReady: true, versionReady: true, strangerReady: false });
  expect(seen.server.extensions).toEqual(expect.arrayContaining(EXTENSIONS));
  expect(seen).toHaveProperty('metadata.inputs', [{ name: 'x', datatype: 'FP32', shape: [-1, 4] }]);
  expect(seen).toHaveProperty('metadata.versions', ['1']);
  expect(seen).toHaveProperty('metadata.platform', 'onnx_onnxv1');
  expect(seen).toHaveProperty('index', expect.arrayContaining([expect.objectContaining({ name: 'total', version: '1', state: 'READY' })]));
  expect(seen).toHaveProperty('ways', {
    'JSON to JSON': WAY,
    'JSON to binary': WAY,
    'binary to JSON': WAY,
    'binary to binary': WAY,
    mixed: { wrong: [] },
    'no outputs named': { wrong: [] },
    half: { wrong: [] },
    'gzip asked for': { totals: TOTALS },
    'in the background': { totals: TOTALS },
  });
  expect(seen).toHaveProperty('refusals', {
    'no token': refusal('401', 'token'),
    stranger: refusal('404', 'stranger'),
    'strange version': refusal('404', '99'),
    'wrong shape': refusal('400', 'x', '4', '3'),
    'wrong datatype': refusal('400', 'x', 'FP32', 'INT64'),
    'strange input': refusal('400', 'y'),
    'strange output': refusal('400', 'y', 'total'),
  });
  expect(seen).toHaveProperty('classes', [
    [expect.stringMatching(/^6(\.0*)?:0/)],
    [expect.stringMatching(/^22(\.0*)?:0/)],
    [expect.stringMatching(/^38(\.0*)?:0/)],
  ]);
  expect(seen).toHaveProperty('asyncio', { live: true, ready: true, totals: Array.from({ length: 16 }, () => TOTALS), wrong: [] });
});

test('tritonclient over gRPC gets back every datatype as it was', async () => {
  const seen = await python('triton_grpc.py', node.grpc, node.token);
  expect(seen).toMatchObject({ live: true, ready: true, server: { name: 'millrace' }, modelReady: true, versionReady: true });
  expect(seen).toHaveProperty('metadata', {
    name: 'total',
    versions: ['1'],
    platform: 'onnx_onnxv1',
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['-1', '4'] }],
    outputs: [{ name: 'total', datatype: 'FP32', shape: ['-1'] }],
  });
  expect(seen).toHaveProperty('index.models', expect.arrayContaining([expect.objectContaining({ name: 'total', version: '1', state: 'READY' })]));
  expect(seen).toHaveProperty('ways', {
    'outputs named': WAY,
    'no outputs named': { wrong: [] },
    half: { wrong: [] },
    'in the background': { totals: TOTALS },
    'with a deadline': { totals: TOTALS },
  });
  expect(seen).toHaveProperty('refusals', {
    'no token': refusal('StatusCode.UNAUTHENTICATED', 'token'),
    stranger: refusal('StatusCode.NOT_FOUND', 'stranger'),
    'strange version': refusal('StatusCode.NOT_FOUND', '99'),
    'wrong shape': refusal('StatusCode.INVALID_ARGUMENT', 'x', '4', '3'),
    'wrong datatype': refusal('StatusCode.INVALID_ARGUMENT', 'x', 'FP32', 'INT64'),
    'strange input': refusal('StatusCode.INVALID_ARGUMENT', 'y'),
    'strange output': refusal('StatusCode.INVALID_ARGUMENT', 'y', 'total'),
  });
  expect(seen).toHaveProperty('asyncio', { live: true, ready: true, totals: Array.from({ length: 16 }, () => TOTALS), wrong: [] });
});

describe('the contract of perf_analyzer', () => {
  test.each(['http', 'grpc'] as const)('statistics over %s count every request, row and batch, and split the time', async (wire) => {
    const seen = (await python('triton_statistics.py', http, node.grpc, node.token)) as Record<typeof wire, { change: Change; config: { name: string } }>;
    const { change, config } = seen[wire];
    expect(config.name).toBe('total');
    expect(change).toMatchObject({ name: 'total', version: '1', later: true, inferences: 25, success: { count: 15 }, cache_hit: { count: 0 } });
    // Requests that are sent one after the other meet no others to be joined with.
    expect(change.executions).toBe(15);
    expect(change.batches).toBe(15);
    expect(change.rowsOfBatches).toBe(25);
    for (const part of ['queue', 'compute_input', 'compute_infer', 'compute_output'] as const) expect(change[part].count).toBe(15);
    expect(change.compute_infer.ns).toBeGreaterThan(0);
    expect(change.queue.ns + change.compute_input.ns + change.compute_infer.ns + change.compute_output.ns).toBeLessThanOrEqual(change.success.ns);
  });
});

interface Part {
  readonly count: number;
  readonly ns: number;
}
interface Change extends Readonly<Record<'success' | 'queue' | 'compute_input' | 'compute_infer' | 'compute_output', Part>> {
  readonly executions: number;
  readonly batches: number;
  readonly rowsOfBatches: number;
}

test("KServe's SDK asks over REST and gRPC", async () => {
  const answer = { id: '7', model: 'total', totals: TOTALS };
  expect(await python('kserve_sdk.py', node.url, node.grpc, node.token)).toEqual({
    rest: { live: true, ready: true, modelReady: true, json: answer, binary: answer, everyBinary: [], refusal: expect.stringContaining('stranger') },
    grpc: { live: true, ready: true, modelReady: true, typed: answer, raw: answer, everyRaw: [], refusal: 'NOT_FOUND' },
  });
});

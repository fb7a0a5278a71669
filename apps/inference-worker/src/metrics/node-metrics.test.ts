import { expect, it } from 'vitest';
import { flightModel } from '../fixtures/models.fixture.ts';
import { startServing } from '../fixtures/serving.fixture.ts';
import { nodeMetrics } from './node-metrics.ts';
import { formatMetrics } from './text-format.ts';

it('a family is written with its help, its type and escaped labels', () => {
  expect(
    formatMetrics([
      {
        name: 'a_total',
        type: 'counter',
        help: 'What a counts.',
        samples: [{ labels: { path: 'C:\\x "y"\n' }, value: 3 }, { value: Infinity }, { labels: { le: '+Inf' }, suffix: '_bucket', value: 1.5 }],
      },
      { name: 'empty', type: 'gauge', help: 'Nothing.', samples: [] },
    ]),
  ).toBe('# HELP a_total What a counts.\n# TYPE a_total counter\na_total{path="C:\\\\x \\"y\\"\\n"} 3\na_total +Inf\na_total_bucket{le="+Inf"} 1.5\n');
});

it('the metrics of a node tell how often each version ran, on what, and in batches of how many rows', async () => {
  const serving = await startServing();
  try {
    const { modelVersionId } = await serving.load(flightModel(1));
    const shape = [3, 1];
    await serving.engine.infer(modelVersionId, {
      rows: 3,
      inputs: {
        distance: { datatype: 'FP32', shape, data: new Float32Array(3) },
        origin: { datatype: 'BYTES', shape, data: ['a', 'b', 'c'] },
        flight: { datatype: 'INT64', shape, data: new BigInt64Array(3) },
      },
    });
    const text = nodeMetrics({
      versions: () => serving.engine.held(),
      shadows: () => [],
      isReady: () => true,
      predictionLog: () => ({ droppedRows: 7, lostRows: 8, waitingRows: 6, unsentSegments: 5, setAsideSegments: 4, freeBytes: 3000, fault: 'ENOSPC' }),
      http: () => ({ openConnections: 2, acceptedConnections: 5, refusedConnections: 1, abandonedRequests: 3, requestsByStatus: { 200: 40, 400: 2 } }),
    });
    const lines = text.split('\n');
    expect(lines).toContain('millrace_node_ready 1');
    expect(lines.filter((line) => line.startsWith('millrace_prediction_log'))).toEqual([
      'millrace_prediction_log_dropped_rows_total 7',
      'millrace_prediction_log_lost_rows_total 8',
      'millrace_prediction_log_waiting_rows 6',
      'millrace_prediction_log_unsent_segments 5',
      'millrace_prediction_log_set_aside_segments 4',
      'millrace_prediction_log_healthy 0',
      'millrace_prediction_log_free_bytes 3000',
    ]);
    expect(lines).toContain('millrace_http_requests_total{status="400"} 2');
    expect(text).toMatch(/^millrace_inference_model_info\{model="fixture",version="1",provider="cpu",isolation="thread",maximum_batch_rows="\d+"\} 1$/m);
    expect(lines).toContain('millrace_inference_requests_total{model="fixture",version="1",outcome="success"} 1');
    expect(lines).toContain('millrace_inference_rows_total{model="fixture",version="1"} 3');
    expect(lines).toContain('millrace_inference_batch_rows_bucket{model="fixture",version="1",le="2"} 0');
    expect(lines).toContain('millrace_inference_batch_rows_bucket{model="fixture",version="1",le="4"} 1');
    expect(text).toMatch(/^millrace_inference_phase_duration_seconds_sum\{model="fixture",version="1",phase="infer"\} 0\.\d+/m);
  } finally {
    await serving.close();
  }
});

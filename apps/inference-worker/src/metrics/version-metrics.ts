import type { HeldVersion } from '../engine/residency/held-version.ts';
import type { BatchStatistics, DurationSum, VersionStatistics } from '../engine/statistics/version-statistics.ts';
import type { Labels, MetricFamily, Sample } from './text-format.ts';

const PHASES = { queue: 'queue', input: 'computeInput', infer: 'computeInfer', output: 'computeOutput' } as const;
const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** What the loaded versions do, by model and version. Durations are seconds, batches are rows. */
export function versionMetrics(versions: readonly HeldVersion[]): readonly MetricFamily[] {
  const each = versions.map((version) => ({ version, labels: labelsOf(version), statistics: version.statistics() }));
  const counter = (name: string, help: string, samples: (statistics: VersionStatistics, labels: Labels) => readonly Sample[]): MetricFamily => ({
    name,
    type: 'counter',
    help,
    samples: each.flatMap(({ statistics, labels }) => samples(statistics, labels)),
  });
  return [
    {
      name: 'millrace_inference_model_info',
      type: 'gauge',
      help: 'How a model version is served: the execution provider that runs it, and how many rows are joined at most.',
      samples: each.map(({ version, labels }) => ({
        labels: { ...labels, provider: version.provider, isolation: version.isolation.isolation, maximum_batch_rows: version.maximumBatchRows },
        value: 1,
      })),
    },
    {
      name: 'millrace_inference_model_up',
      type: 'gauge',
      help: 'Whether a model version can answer: 0 while its sessions are being restarted, or where they end again and again.',
      samples: each.map(({ version, labels }) => ({ labels, value: Number(version.canAnswer && version.health.state === 'running') })),
    },
    {
      name: 'millrace_inference_session_restarts_total',
      type: 'counter',
      help: 'Sessions of a model version that ended by a fault, or by a run without end, and were replaced.',
      samples: each.map(({ version, labels }) => ({ labels, value: version.health.restarts })),
    },
    counter('millrace_inference_requests_total', 'Requests that were answered or failed.', ({ success, fail }, labels) => [
      { labels: { ...labels, outcome: 'success' }, value: success.count },
      { labels: { ...labels, outcome: 'fail' }, value: fail.count },
    ]),
    counter('millrace_inference_rows_total', 'Rows that were inferred.', ({ inferenceCount }, labels) => [{ labels, value: inferenceCount }]),
    counter('millrace_inference_sheds_total', 'Requests that were not run, by reason.', ({ sheds }, labels) =>
      Object.entries(sheds).map(([reason, value]) => ({ labels: { ...labels, reason }, value })),
    ),
    counter('millrace_inference_cache_lookups_total', 'Lookups in the response cache.', ({ cacheHit, cacheMiss }, labels) => [
      { labels: { ...labels, result: 'hit' }, value: cacheHit.count },
      { labels: { ...labels, result: 'miss' }, value: cacheMiss.count },
    ]),
    {
      name: 'millrace_inference_duration_seconds',
      type: 'summary',
      help: 'From submission to answer, of the requests that succeeded.',
      samples: each.flatMap(({ statistics, labels }) => summaryOf(statistics.success, labels)),
    },
    {
      name: 'millrace_inference_phase_duration_seconds',
      type: 'summary',
      help: 'Where the time of requests goes: waiting in the queue, making the batch, running the model, cutting the answers.',
      samples: each.flatMap(({ statistics, labels }) =>
        Object.entries(PHASES).flatMap(([phase, member]) => summaryOf(statistics[member], { ...labels, phase })),
      ),
    },
    {
      name: 'millrace_inference_batch_rows',
      type: 'histogram',
      help: 'Rows of one run of a model.',
      samples: each.flatMap(({ statistics, labels }) => histogramOf(statistics.batches, labels)),
    },
    {
      name: 'millrace_inference_model_resident_bytes',
      type: 'gauge',
      help: 'Memory that the sessions of a model version were measured to take; 0 while it is evicted.',
      samples: each.map(({ version, labels }) => ({ labels, value: version.residentBytes })),
    },
    {
      name: 'millrace_inference_queued_rows',
      type: 'gauge',
      help: 'Rows that wait for a session.',
      samples: each.map(({ statistics, labels }) => ({ labels, value: statistics.queuedRows })),
    },
  ];
}

function labelsOf({ assigned }: HeldVersion): Labels {
  return { model: assigned.model, version: assigned.version };
}

function summaryOf({ count, nanoseconds }: DurationSum, labels: Labels): Sample[] {
  return [
    { suffix: '_sum', labels, value: nanoseconds / 1e9 },
    { suffix: '_count', labels, value: count },
  ];
}

function histogramOf(batches: readonly BatchStatistics[], labels: Labels): Sample[] {
  const runs = (limit: number): number => batches.reduce((sum, batch) => (batch.rows <= limit ? sum + batch.computeInfer.count : sum), 0);
  return [
    ...[...BATCH_BUCKETS, Infinity].map((limit): Sample => ({
      suffix: '_bucket',
      labels: { ...labels, le: limit === Infinity ? '+Inf' : limit },
      value: runs(limit),
    })),
    { suffix: '_sum', labels, value: batches.reduce((sum, { rows, computeInfer }) => sum + rows * computeInfer.count, 0) },
    { suffix: '_count', labels, value: runs(Infinity) },
  ];
}

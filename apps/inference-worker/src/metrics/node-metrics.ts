import type { PredictionLogStatus } from '@millrace/contracts';
import type { HeldVersion } from '../engine/residency/held-version.ts';
import type { HttpStatistics } from '../http/http-statistics.ts';
import type { ShadowReport } from '../serving/shadow-comparer.ts';
import { formatMetrics, type MetricFamily } from './text-format.ts';
import { versionMetrics } from './version-metrics.ts';

/** Where the numbers of a node come from. */
export interface NodeMetricsSources {
  readonly versions: () => readonly HeldVersion[];
  readonly shadows: () => readonly ShadowReport[];
  readonly isReady: () => boolean;
  readonly predictionLog: () => PredictionLogStatus;
  readonly http: () => HttpStatistics;
}

/** Everything that this node counts, in Prometheus's text format. Read when it is asked for; nothing is kept twice. */
export function nodeMetrics(sources: NodeMetricsSources): string {
  return formatMetrics([
    ...nodeFamilies(sources),
    ...logFamilies(sources.predictionLog()),
    ...httpFamilies(sources.http()),
    ...versionMetrics(sources.versions()),
    ...shadowFamilies(sources.shadows()),
    ...processFamilies(),
  ]);
}

function nodeFamilies({ isReady }: NodeMetricsSources): MetricFamily[] {
  return [gauge('millrace_node_ready', 'Whether this node answers for everything that it was assigned.', Number(isReady()))];
}

function logFamilies({ droppedRows, lostRows, waitingRows, unsentSegments, setAsideSegments, freeBytes, fault }: PredictionLogStatus): MetricFamily[] {
  return [
    {
      ...gauge('millrace_prediction_log_dropped_rows_total', 'Rows that were answered and not logged: the disk did not keep up or was full.', droppedRows),
      type: 'counter',
    },
    {
      ...gauge('millrace_prediction_log_lost_rows_total', 'Rows that processes before this one answered and never made durable: at most so many.', lostRows),
      type: 'counter',
    },
    gauge('millrace_prediction_log_waiting_rows', 'Rows that were answered and are not durable yet.', waitingRows),
    gauge('millrace_prediction_log_unsent_segments', 'Closed segments that the control plane has not taken yet.', unsentSegments),
    gauge('millrace_prediction_log_set_aside_segments', 'Segments that cannot be handed over and were set aside.', setAsideSegments),
    gauge('millrace_prediction_log_healthy', 'Whether rows can be written and there is room for more.', Number(fault === null)),
    ...(freeBytes === null ? [] : [gauge('millrace_prediction_log_free_bytes', 'Room on the disk of the prediction log.', freeBytes)]),
  ];
}

function httpFamilies({ openConnections, refusedConnections, requestsByStatus, abandonedRequests }: HttpStatistics): MetricFamily[] {
  return [
    gauge('millrace_http_open_connections', 'Connections of the HTTP server.', openConnections),
    { ...gauge('millrace_http_refused_connections_total', 'Connections beyond the limit of the node.', refusedConnections), type: 'counter' },
    { ...gauge('millrace_http_abandoned_requests_total', 'Requests whose client had gone before the answer.', abandonedRequests), type: 'counter' },
    {
      name: 'millrace_http_requests_total',
      type: 'counter',
      help: 'Requests that were answered, by status.',
      samples: Object.entries(requestsByStatus).map(([status, value]) => ({ labels: { status }, value })),
    },
  ];
}

function shadowFamilies(shadows: readonly ShadowReport[]): MetricFamily[] {
  const outputs = shadows.flatMap(({ endpoint, outputs: compared }) =>
    compared.map((difference) => ({ ...difference, labels: { endpoint, output: difference.output } })),
  );
  return [
    {
      name: 'millrace_shadow_copies_total',
      type: 'counter',
      help: 'Requests that were copied to the shadow of an endpoint, by what became of them.',
      samples: shadows.flatMap(({ endpoint, requests, dropped, failed }) =>
        Object.entries({ compared: requests, dropped, failed }).map(([outcome, value]) => ({ labels: { endpoint, outcome }, value })),
      ),
    },
    {
      name: 'millrace_shadow_differing_rows_total',
      type: 'counter',
      help: 'Rows in which an output of the shadow differs from what was sent.',
      samples: outputs.map(({ labels, differingRows }) => ({ labels, value: differingRows })),
    },
    {
      name: 'millrace_shadow_maximum_difference',
      type: 'gauge',
      help: 'Largest absolute difference of an output since the shadow was set.',
      samples: outputs.map(({ labels, maximumDifference }) => ({ labels, value: maximumDifference })),
    },
  ];
}

function processFamilies(): MetricFamily[] {
  const { user, system } = process.cpuUsage();
  return [
    gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    { ...gauge('process_cpu_seconds_total', 'Processor time, user and system.', (user + system) / 1e6), type: 'counter' },
    gauge('process_start_time_seconds', 'When this process started, since the epoch.', Math.round(Date.now() / 1000 - process.uptime())),
  ];
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, samples: [{ value }] };
}

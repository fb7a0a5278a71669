import type { MonitorDefinitionInput } from '@millrace/contracts';
import { isoTime, pagesOf, send, type Client } from '../client.ts';
import { closeMonitorWindows, getMonitor, listMonitorWindows, setMonitor } from '../generated/operations.ts';
import { JobHandle } from '../handles/job-handle.ts';
import type { Job } from '../nouns/job.ts';
import type { Monitor, MonitorWindow } from '../nouns/operation.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * What is watched on endpoints: windows, drift, live performance, alerts.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const monitor = await millrace.monitors.set({
 *   endpointId: 'ep_…',
 *   definition: {
 *     windowSeconds: 7 * 86_400,
 *     liveMetrics: [{ metric: 'live auc', measure: 'auc' }],
 *     conditions: [{ on: 'FEATURES' }, { on: 'SCORE', windows: 2, outOf: 3 }, { on: 'METRIC', measure: 'auc', floor: 0.7 }],
 *   },
 * });
 * for await (const window of millrace.monitors.windows(monitor.id)) console.log(window.windowStart, window.rows, window.performance?.auc);
 * ```
 */
export class MonitorsResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Sets or replaces the monitor of an endpoint. */
  async set(input: { readonly endpointId: string; readonly definition: MonitorDefinitionInput }, options?: CallOptions): Promise<Monitor> {
    return (await send(this.#client, setMonitor, input, options)).setMonitor as Monitor;
  }

  async get(id: string, options?: CallOptions): Promise<Monitor> {
    return (await this.#client.transport.execute(getMonitor, { id }, options)).monitor as Monitor;
  }

  windows(id: string, request?: PageRequest): Pages<MonitorWindow> {
    return pagesOf(this.#client, listMonitorWindows, { id }, ({ monitor }) => monitor.windows, request);
  }

  /** Closes every window that begins before `upTo` without waiting for newer events: the end of a replay, or a stream that stopped. */
  async closeWindows(monitorId: string, upTo: string | Date, options?: CallOptions): Promise<JobHandle<Job>> {
    const { closeMonitorWindows: job } = await send(this.#client, closeMonitorWindows, { monitorId, upTo: isoTime(upTo) }, options);
    return new JobHandle(this.#client, { id: monitorId, jobId: job.id }, async (finished) => finished);
  }
}

import { MillraceError, type MetricSource } from '@millrace/contracts';
import { In } from 'typeorm';
import { bumpGeneration, Endpoint, enqueueJob, insertRow, type Job, Metric, ModelVersion, Monitor, MonitorWindow } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { lockRow, showRow } from '../../loading/scoped-rows.ts';
import type { CloseMonitorWindowsInput, SetMonitorInput } from './monitor.inputs.ts';

/** What is watched on an endpoint. The monitor worker evaluates it; here it is defined. */
export class MonitorService {
  find(work: Work, id: string): Promise<Monitor> {
    return showRow(work, Monitor, 'monitor', { id });
  }

  /** An endpoint has one monitor: setting it again changes its definition. Nodes learn of the window length with their next heartbeat. */
  async set(work: Work, { endpointId, definition }: SetMonitorInput): Promise<Monitor> {
    const { manager, workspaceId } = work;
    const endpoint = await lockRow(work, Endpoint, 'endpoint', { id: endpointId });
    await this.#requireMetrics(work, endpoint, definition);
    await this.#requireFeatures(work, endpoint, definition);
    const known = await manager.findOneBy(Monitor, { workspaceId, endpointId });
    if (known !== null) await this.#requireSameWindows(work, known, definition.windowSeconds);
    const monitor = known === null ? await insertRow(manager, Monitor, { workspaceId, endpointId, definition }) : await this.#redefine(work, known, definition);
    await bumpGeneration(manager, endpoint.environmentId);
    return monitor;
  }

  /** Closes windows by hand at the end of a replay, when no later event will come to do it. */
  async closeWindows(work: Work, { monitorId, upTo }: CloseMonitorWindowsInput): Promise<Job> {
    const { manager, workspaceId } = work;
    const monitor = await lockRow(work, Monitor, 'monitor', { id: monitorId });
    if (monitor.closeUpTo === null || monitor.closeUpTo < upTo) await manager.update(Monitor, { id: monitor.id }, { closeUpTo: upTo });
    return enqueueJob(manager, { workspaceId, name: 'evaluate-monitor', payload: { monitorId } });
  }

  /** Not merged by TypeORM, which would keep members that the new definition leaves out. */
  async #redefine({ manager }: Work, monitor: Monitor, definition: SetMonitorInput['definition']): Promise<Monitor> {
    monitor.definition = definition;
    return manager.save(monitor);
  }

  async #requireMetrics({ manager, workspaceId }: Work, { useCaseId }: Endpoint, { liveMetrics, costMetric }: SetMonitorInput['definition']): Promise<void> {
    const metrics = await manager.findBy(Metric, { workspaceId, useCaseId });
    const require = (name: string, source: MetricSource, path: string): void => {
      if (metrics.some((metric) => metric.name === name && metric.source === source)) return;
      throw new MillraceError('BAD_INPUT', `${path}: the use case has no ${source} metric "${name}". Create it first.`, {
        fields: { path, metric: name, source },
      });
    };
    for (const [index, { metric }] of liveMetrics.entries()) require(metric, 'LIVE', `input.definition.liveMetrics.${index}.metric`);
    if (costMetric !== undefined) require(costMetric.metric, 'BUSINESS', 'input.definition.costMetric.metric');
  }

  /** Of the versions that the endpoint serves now, where there are any: a condition on a feature that is misspelt would wait for ever. */
  async #requireFeatures({ manager, workspaceId }: Work, { traffic }: Endpoint, { conditions }: SetMonitorInput['definition']): Promise<void> {
    const versions = await manager.findBy(ModelVersion, { workspaceId, id: In(traffic.map(({ modelVersionId }) => modelVersionId)) });
    const known = new Set(versions.flatMap(({ referenceProfile }) => Object.keys(referenceProfile?.features ?? {})));
    if (known.size === 0) return;
    for (const [index, condition] of conditions.entries()) {
      const unknown = condition.on === 'FEATURES' ? condition.features?.find((feature) => !known.has(feature)) : undefined;
      if (unknown === undefined) continue;
      const path = `input.definition.conditions.${index}.features`;
      throw new MillraceError('BAD_INPUT', `${path}: no version that the endpoint serves has a feature "${unknown}". They have: ${[...known].join(', ')}.`, {
        fields: { path, feature: unknown },
      });
    }
  }

  async #requireSameWindows({ manager }: Work, monitor: Monitor, windowSeconds: number): Promise<void> {
    if (monitor.definition.windowSeconds === windowSeconds || !(await manager.existsBy(MonitorWindow, { monitorId: monitor.id }))) return;
    throw new MillraceError(
      'CONFLICT',
      `input.definition.windowSeconds: the monitor has windows of ${monitor.definition.windowSeconds} s already; windows of another length cannot be compared with them.`,
      {
        fields: { path: 'input.definition.windowSeconds', windowSeconds: monitor.definition.windowSeconds },
      },
    );
  }
}

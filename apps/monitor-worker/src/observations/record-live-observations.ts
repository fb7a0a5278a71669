import { In, type EntityManager } from 'typeorm';
import { insertRow, Metric, Observation, type MonitorWindow } from '@millrace/db';
import type { MonitorDefinition } from '@millrace/contracts';
import { isSameValue, liveValues, type LiveValue } from './live-values.ts';
import { statedPerformance } from './stated-performance.ts';

type ObservedWindow = Pick<MonitorWindow, 'id' | 'workspaceId' | 'modelVersionId' | 'windowEnd' | 'rows' | 'performance'>;

export interface RecordedObservations {
  readonly count: number;
  /** Names in the monitor's definition that no metric of the use case bears with the source that is needed. */
  readonly unknownMetrics: readonly string[];
}

/**
 * Writes an observation at the end of each window for each metric that the monitor feeds. A value that is already there is
 * not written again; a corrected one is written as a newer observation that names what it takes the place of.
 */
export async function recordLiveObservations(
  manager: EntityManager,
  useCaseId: string,
  definition: MonitorDefinition,
  windows: readonly ObservedWindow[],
): Promise<RecordedObservations> {
  const names = [...definition.liveMetrics.map((live) => live.metric), ...(definition.costMetric === undefined ? [] : [definition.costMetric.metric])];
  const metrics = await manager.findBy(Metric, { useCaseId, name: In(names) });
  const unknownMetrics = new Set<string>();
  let count = 0;
  for (const window of windows) {
    const performance = statedPerformance(definition, window);
    if (performance === null) continue;
    for (const live of liveValues(definition, performance)) {
      const metric = metrics.find(({ name, source }) => name === live.metric && source === live.source);
      if (metric === undefined) unknownMetrics.add(live.metric);
      else if (await observe(manager, metric, window, live)) count++;
    }
  }
  return { count, unknownMetrics: [...unknownMetrics] };
}

async function observe(manager: EntityManager, metric: Metric, window: ObservedWindow, live: LiveValue): Promise<boolean> {
  const at = { metricId: metric.id, observedAt: window.windowEnd, segment: '', modelVersionId: window.modelVersionId };
  const current = await manager.findOne(Observation, { where: at, order: { createdAt: 'DESC', id: 'DESC' } });
  if (current !== null && isSameValue(current.value, live.value)) return false;
  await insertRow(manager, Observation, {
    ...at,
    workspaceId: window.workspaceId,
    value: live.value,
    windowId: window.id,
    supersedes: current?.id ?? null,
    detail: { ...window.performance },
  });
  return true;
}

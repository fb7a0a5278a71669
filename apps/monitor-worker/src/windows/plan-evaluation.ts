import { In, IsNull, MoreThan, type EntityManager } from 'typeorm';
import { LabelBatch, ModelVersion, MonitorWindow, type Monitor, type WindowPerformance } from '@millrace/db';
import type { OutcomeTables } from '../tables/outcome-tables.ts';
import { dueWindows } from './due-windows.ts';
import { keyOfWindow, windowKeyText, type WindowKey } from './window-key.ts';

/** What one evaluation works on, read before its transaction. */
export interface EvaluationPlan {
  /** Windows to close. */
  readonly due: readonly MonitorWindow[];
  /** Closed windows that got labels since they were judged last. */
  readonly relabelled: readonly MonitorWindow[];
  readonly versions: ReadonlyMap<string, ModelVersion>;
  readonly batches: readonly LabelBatch[];
  /** By `windowKeyText`. */
  readonly performance: ReadonlyMap<string, WindowPerformance>;
  /** Labels without a prediction, by label batch. */
  readonly unmatched: ReadonlyMap<string, number>;
}

/**
 * Finds the windows to judge and joins their predictions with the labels that exist. A batch whose `unmatched` is null has
 * never been joined: the closed windows that it touches are judged again. A batch with unmatched labels is only counted
 * again, because the prediction that it waits for opens its own window. Batches are read before windows: a window that is
 * still open then will be closed by a reader who sees their labels.
 */
export async function planEvaluation(manager: EntityManager, monitor: Monitor, tables: OutcomeTables): Promise<EvaluationPlan> {
  const ingested = { endpointId: monitor.endpointId, status: 'INGESTED' as const };
  const batches = await manager.findBy(LabelBatch, [
    { ...ingested, unmatched: IsNull() },
    { ...ingested, unmatched: MoreThan(0) },
  ]);
  const due = await dueWindows(manager, monitor);
  const place = { workspaceId: monitor.workspaceId, endpointId: monitor.endpointId, windowSeconds: monitor.definition.windowSeconds };
  const unjoined = batches.filter((batch) => batch.unmatched === null).map((batch) => batch.id);
  const touched = unjoined.length === 0 ? [] : await tables.windowsOfLabels(place, unjoined);
  const relabelled = await closedWindows(manager, monitor, touched);
  const judged = [...due, ...relabelled];
  const versions = new Map(
    (await manager.findBy(ModelVersion, { id: In(judged.map((window) => window.modelVersionId)) })).map((version) => [version.id, version]),
  );
  const wanted = judged.map((window) => ({
    ...keyOfWindow(window),
    threshold: versions.get(window.modelVersionId)?.threshold ?? Number.NaN,
  }));
  const performance = await tables.performance(place, wanted);
  const unmatched = await tables.countUnmatched(
    place,
    batches.map((batch) => batch.id),
  );
  return { due, relabelled, versions, batches, performance, unmatched };
}

async function closedWindows(manager: EntityManager, monitor: Monitor, keys: readonly WindowKey[]): Promise<MonitorWindow[]> {
  const wanted = new Set(keys.map(windowKeyText));
  const starts = [...new Set(keys.map(({ windowStart }) => windowStart))].map((start) => new Date(start));
  const closed = await manager.find(MonitorWindow, {
    where: { monitorId: monitor.id, status: 'CLOSED', windowStart: In(starts) },
    order: { windowStart: 'ASC', modelVersionId: 'ASC' },
  });
  return closed.filter((window) => wanted.has(windowKeyText(keyOfWindow(window))));
}

import { MillraceError } from '@millrace/contracts';
import { Any } from 'typeorm';
import { Endpoint, Monitor, MonitorWindow, recordMilestones, type EntityManager, type MilestoneChange, type WindowPerformance } from '@millrace/db';
import { moveAlerts } from '../alerts/move-alerts.ts';
import { recordLiveObservations } from '../observations/record-live-observations.ts';
import type { ClosedWindow, EvaluationPlan } from './plan-evaluation.ts';
import { recordJoin, requireSameJoin } from './record-join.ts';
import { windowDrift } from './window-drift.ts';
import { keyOfWindow, windowKeyText } from './window-key.ts';

export interface AppliedEvaluation {
  readonly windowsClosed: number;
  readonly windowsRelabelled: number;
  readonly observations: number;
  readonly unknownMetrics: readonly string[];
  /** Named in conditions of the monitor, and in no profile of the versions that were judged. */
  readonly unknownFeatures: readonly string[];
  readonly milestones: readonly MilestoneChange[];
}

/**
 * Writes what an evaluation found. Whoever changes a window holds the lock of its monitor's row, so nothing moves meanwhile.
 *
 * @throws MillraceError COMMIT_CONFLICT when a window changed since the plan was made: make a new plan.
 */
export async function applyEvaluation(manager: EntityManager, monitor: Monitor, plan: EvaluationPlan): Promise<AppliedEvaluation> {
  const { joined } = await manager.findOneOrFail(Monitor, { where: { id: monitor.id }, lock: { mode: 'for_no_key_update' } });
  requireSameJoin(joined, plan);
  await requireUnchanged(manager, [...plan.due, ...plan.relabelled]);
  for (const window of plan.due) await closeWindow(manager, monitor, window, plan);
  for (const window of plan.relabelled) await conclude(manager, window, { performance: performanceOf(window, plan) });
  await recordJoin(manager, monitor, plan);
  const { useCaseId, traffic } = await manager.findOneByOrFail(Endpoint, { id: monitor.endpointId });
  const unknownFeatures = await moveAlerts(manager, monitor, traffic, plan);
  const observations = await recordLiveObservations(manager, useCaseId, monitor.definition, [...plan.due, ...plan.relabelled]);
  const milestones = await recordMilestones(manager, useCaseId);
  return {
    windowsClosed: plan.due.length,
    windowsRelabelled: plan.relabelled.length,
    observations: observations.count,
    unknownMetrics: observations.unknownMetrics,
    unknownFeatures,
    milestones,
  };
}

/** Rows are compared beside times: two segments that are merged within one millisecond leave the same time. */
async function requireUnchanged(manager: EntityManager, windows: readonly ClosedWindow[]): Promise<void> {
  const found = await manager.find(MonitorWindow, {
    select: { id: true, updatedAt: true, rows: true },
    where: { id: Any(windows.map((window) => window.id)) },
  });
  const current = new Map(found.map((window) => [window.id, stateOf(window)]));
  const changed = windows.filter((window) => current.get(window.id) !== stateOf(window));
  if (changed.length === 0) return;
  throw new MillraceError('COMMIT_CONFLICT', `${changed.length} windows changed while they were judged`, {
    fields: { windows: changed.map((window) => window.id) },
  });
}

function stateOf({ updatedAt, rows }: Pick<MonitorWindow, 'updatedAt' | 'rows'>): string {
  return `${updatedAt.getTime()} ${rows}`;
}

async function closeWindow(manager: EntityManager, monitor: Monitor, window: MonitorWindow, plan: EvaluationPlan): Promise<void> {
  const reference = plan.versions.get(window.modelVersionId)?.referenceProfile ?? null;
  await conclude(manager, window, {
    status: 'CLOSED',
    closedAt: new Date(),
    ...windowDrift(window, reference, monitor.definition),
    performance: performanceOf(window, plan),
  });
}

async function conclude(manager: EntityManager, window: ClosedWindow, conclusion: Pick<MonitorWindow, 'performance'> & Partial<MonitorWindow>): Promise<void> {
  await manager.update(MonitorWindow, { id: window.id }, conclusion);
  Object.assign(window, conclusion);
}

function performanceOf(window: ClosedWindow, plan: EvaluationPlan): WindowPerformance | null {
  return plan.performance.get(windowKeyText(keyOfWindow(window))) ?? null;
}

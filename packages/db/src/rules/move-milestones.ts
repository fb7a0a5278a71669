import { MillraceError, type MilestoneStatus } from '@millrace/contracts';
import { evaluateMilestone, isMilestoneDecided, nextMilestoneStatus, useCaseNow } from '@millrace/domain';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { In, IsNull, type EntityManager } from 'typeorm';
import { Metric } from '../entities/metric.entity.ts';
import { Milestone } from '../entities/milestone.entity.ts';
import type { StrategyReview } from '../entities/strategy-review.entity.ts';
import { UseCase } from '../entities/use-case.entity.ts';
import { newestObservationTime, observedTrend, type TrendObservation } from '../queries/observation.queries.ts';
import { openReview } from './open-review.ts';

/** A milestone whose state, forecast or reason changed; with the review that opened when it was missed. */
export interface MilestoneChange {
  readonly milestone: Milestone;
  readonly from: MilestoneStatus;
  readonly to: MilestoneStatus;
  readonly review?: StrategyReview;
}

/**
 * Judges every open milestone of a use case by its current observations, writes what changed, and opens a strategy review for each one
 * that is missed. Runs in the transaction of the caller; the use case is locked, so observations that arrive together are judged in turn.
 * Judging twice changes nothing. A retired use case is left alone.
 * @param wall what the wall clock says; the EVENT clock of a use case overrides it
 * @throws MillraceError `NOT_FOUND`
 */
export async function recordMilestones(manager: EntityManager, useCaseId: string, wall: Date = new Date()): Promise<MilestoneChange[]> {
  const useCase = await manager.findOne(UseCase, { where: { id: useCaseId }, lock: { mode: 'for_no_key_update' } });
  if (useCase === null) throw new MillraceError('NOT_FOUND', `There is no use case ${useCaseId}.`, { fields: { useCaseId } });
  if (useCase.status === 'RETIRED') return [];
  const milestones = await manager.find(Milestone, {
    where: { useCaseId, retiredAt: IsNull(), status: In(['PENDING', 'ON_TRACK', 'AT_RISK']) },
    order: { dueAt: 'ASC', id: 'ASC' },
  });
  if (milestones.length === 0) return [];
  const observations = await observedTrend(
    manager,
    milestones.map(({ metricId }) => metricId),
  );
  const now = useCaseNow(useCase.clock, wall, await newestObservationTime(manager, useCaseId));
  const metrics = await manager.find(Metric, { select: { id: true, unit: true }, where: { id: In(milestones.map(({ metricId }) => metricId)) } });
  const byMetric = new Map<string, TrendObservation[]>(metrics.map(({ id }) => [id, []]));
  for (const observation of observations) byMetric.get(observation.metricId)?.push(observation);
  const changes: MilestoneChange[] = [];
  for (const milestone of milestones) {
    // A forecast may take a twentieth of a second; between two of them others have their turn.
    await setImmediate();
    const from = milestone.status;
    const unit = metrics.find(({ id }) => id === milestone.metricId)?.unit ?? '';
    if (!(await judge(manager, milestone, { unit, observations: byMetric.get(milestone.metricId) ?? [], now }))) continue;
    const review =
      milestone.status === 'MISSED'
        ? await openReview(manager, useCase, { reason: `Milestone "${milestone.name}" was missed. ${milestone.reason}`, milestone })
        : undefined;
    changes.push({ milestone, from, to: milestone.status, ...(review === undefined ? {} : { review }) });
  }
  return changes;
}

/** Whether anything changed. */
async function judge(
  manager: EntityManager,
  milestone: Milestone,
  { unit, observations, now }: { readonly unit: string; readonly observations: readonly TrendObservation[]; readonly now: Date },
): Promise<boolean> {
  const { comparator, threshold, dueAt, consecutiveWindows, createdAt } = milestone;
  const evaluation = evaluateMilestone({ comparator, threshold, dueAt, consecutiveWindows, createdAt, status: milestone.status, unit }, observations, now);
  if (evaluation === undefined) return false;
  const { status, reason, forecast } = evaluation;
  if (status === milestone.status && reason === milestone.reason && isDeepStrictEqual(forecast, milestone.forecast)) return false;
  if (status !== milestone.status) nextMilestoneStatus(milestone.status, status);
  const changed = { status, reason, forecast, decidedAt: isMilestoneDecided(status) ? now : null };
  await manager.update(Milestone, { id: milestone.id }, changed);
  Object.assign(milestone, changed);
  return true;
}

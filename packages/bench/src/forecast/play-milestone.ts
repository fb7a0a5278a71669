import type { MilestoneStatus } from '@millrace/contracts';
import { evaluateMilestone, type MilestoneCriterion, type ObservedPoint } from '@millrace/domain';
import type { SimulatedMetric } from './simulated-metrics.ts';

const [START, DAY] = [Date.UTC(2001, 0, 1), 86_400_000];

/** What was said of a milestone at a share of its way, and whether that came true. */
export interface Verdict {
  readonly at: number;
  readonly observations: number;
  readonly status: MilestoneStatus;
  readonly isWrong: boolean;
}

/** Judges a milestone at every observation until it is met or missed. `falling`: the same with everything turned around, and a criterion that wants less. */
export function playMilestone(metric: SimulatedMetric, falling: boolean): Verdict[] {
  const sign = falling ? -1 : 1;
  const dueAt = new Date(START + metric.days * DAY);
  const points = metric.times.map((time, i): ObservedPoint => {
    const observedAt = new Date(START + time * metric.days * DAY);
    return { observedAt, value: sign * (metric.values[i] ?? 0), createdAt: observedAt };
  });
  const criterion: MilestoneCriterion = {
    comparator: falling ? 'LTE' : 'GTE',
    threshold: sign * (metric.ratio?.threshold ?? 1),
    dueAt,
    consecutiveWindows: metric.consecutive,
    status: 'PENDING',
    createdAt: new Date(START - DAY),
    unit: metric.ratio === undefined || falling ? 'USD' : 'ratio',
  };
  const isMet = evaluateMilestone(criterion, points, new Date(dueAt.getTime() + DAY))?.status === 'MET';
  const verdicts: Verdict[] = [];
  for (let count = 1; count <= points.length; count++) {
    const now = points[count - 1]?.observedAt ?? dueAt;
    const status = evaluateMilestone(criterion, points.slice(0, count), now)?.status ?? 'PENDING';
    if (status === 'MET') break;
    const isWrong = (status === 'ON_TRACK' && !isMet) || (status === 'AT_RISK' && isMet);
    verdicts.push({ at: metric.times[count - 1] ?? 0, observations: count, status, isWrong });
  }
  return verdicts;
}

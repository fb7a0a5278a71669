import type { Comparator, MilestoneStatus } from '@millrace/contracts';
import { isMilestoneDecided } from '../status/milestone-status.ts';
import { criterionText, numberText, satisfies } from './comparison.ts';
import { trendAt, type TrendPoint } from './trend.ts';

/** Fewer observations than this have no trend worth stating. */
const TREND_NEEDS = 3;

/** The criterion of a milestone and where it stands. */
export interface MilestoneCriterion {
  readonly comparator: Comparator;
  readonly threshold: number;
  readonly dueAt: Date;
  /** How many observations in a row must satisfy the criterion; at least 1. */
  readonly consecutiveWindows: number;
  readonly status: MilestoneStatus;
  /** When the milestone was set, by the wall clock. */
  readonly createdAt: Date;
}

/** A current observation, and when it became known by the wall clock. */
export type ObservedPoint = TrendPoint & { readonly createdAt: Date };

/** What the observations say: the state, the trend's value at the due date where there is one, and a sentence for people. */
export interface MilestoneEvaluation {
  readonly status: MilestoneStatus;
  readonly forecast: number | null;
  readonly reason: string;
}

/**
 * Judges a milestone by the current observations of its metric (one per time; corrected values only). Observations after
 * the due date do not count, however late the milestone is judged.
 *
 * MET when N observations in a row satisfy and the last of them is the latest, or became known after the milestone was set:
 * observations that are judged together say what they would have said one by one, and history alone meets nothing. MISSED when `now` is after the due date and it is not met; otherwise AT_RISK or
 * ON_TRACK by the trend at the due date, or by the latest observation while there are fewer than three; PENDING without any.
 * `undefined` when the milestone is decided already: MET and MISSED stay.
 */
export function evaluateMilestone(milestone: MilestoneCriterion, observations: readonly ObservedPoint[], now: Date): MilestoneEvaluation | undefined {
  if (isMilestoneDecided(milestone.status)) return undefined;
  const points = observations.filter((point) => point.observedAt <= milestone.dueAt).toSorted((a, b) => a.observedAt.getTime() - b.observedAt.getTime());
  const latest = points.at(-1);
  const criterion = criterionText(milestone.comparator, milestone.threshold);
  const met = lastOfRow(milestone, points);
  const forecast = points.length >= TREND_NEEDS ? trendAt(points, milestone.dueAt) : null;
  if (met !== undefined) return { status: 'MET', forecast, reason: metReason(milestone, met, criterion) };
  if (now > milestone.dueAt) return { status: 'MISSED', forecast, reason: missedReason(milestone, points, criterion) };
  if (latest === undefined) return { status: 'PENDING', forecast, reason: `No observation yet; ${criterion} is needed by ${dayText(milestone.dueAt)}.` };
  return forecastOf(milestone, latest, forecast, criterion);
}

/** The observation that completes the first row that counts. `points` are ordered by time. */
function lastOfRow({ comparator, threshold, consecutiveWindows, createdAt }: MilestoneCriterion, points: readonly ObservedPoint[]): ObservedPoint | undefined {
  let inRow = 0;
  return points.find((point, position) => {
    inRow = satisfies(point.value, comparator, threshold) ? inRow + 1 : 0;
    return inRow >= consecutiveWindows && (point.createdAt >= createdAt || position === points.length - 1);
  });
}

function forecastOf(milestone: MilestoneCriterion, latest: TrendPoint, forecast: number | null, criterion: string): MilestoneEvaluation {
  const onTrack = satisfies(forecast ?? latest.value, milestone.comparator, milestone.threshold);
  const basis =
    forecast === null ? `The latest observation is ${pointText(latest)}` : `The trend leads to ${numberText(forecast)} on ${dayText(milestone.dueAt)}`;
  const verdict = onTrack ? `within ${criterion}, which must hold for ${milestone.consecutiveWindows} in a row` : `short of ${criterion}`;
  return { status: onTrack ? 'ON_TRACK' : 'AT_RISK', forecast, reason: `${basis}, ${verdict}.` };
}

function missedReason(milestone: MilestoneCriterion, points: readonly TrendPoint[], criterion: string): string {
  const latest = points.at(-1);
  if (latest === undefined) return `There was no observation by ${dayText(milestone.dueAt)}; ${criterion} was needed.`;
  const count = points.filter((point) => satisfies(point.value, milestone.comparator, milestone.threshold)).length;
  const held =
    milestone.consecutiveWindows > 1 ? ` ${milestone.consecutiveWindows} times in a row (${count} of ${points.length} observations satisfied it)` : '';
  return `${criterion} was needed by ${dayText(milestone.dueAt)}${held}; the latest was ${pointText(latest)}.`;
}

function metReason({ consecutiveWindows }: MilestoneCriterion, met: TrendPoint, criterion: string): string {
  if (consecutiveWindows === 1) return `An observation satisfies ${criterion}: ${pointText(met)}.`;
  return `${consecutiveWindows} observations in a row satisfy ${criterion}: the last of them is ${pointText(met)}.`;
}

function pointText(point: TrendPoint): string {
  return `${numberText(point.value)} at ${point.observedAt.toISOString().slice(0, 16)}Z`;
}

function dayText(date: Date): string {
  return date.toISOString().slice(0, 10);
}

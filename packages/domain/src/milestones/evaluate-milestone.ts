import type { Comparator, MilestoneStatus } from '@millrace/contracts';
import { isMilestoneDecided } from '../status/milestone-status.ts';
import { criterionText, numberText, satisfies } from './comparison.ts';
import { forecast, type Forecast } from '../forecast/forecast.ts';
import type { SeriesPoint } from '../forecast/series.ts';

/** What must be this likely is ON_TRACK, and what is this unlikely AT_RISK; between them nobody can tell. */
const LIKELY = 0.95;

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
  /** Of the metric. A `ratio` lies between 0 and 1. */
  readonly unit: string;
}

/** A current observation, and when it became known by the wall clock. */
export type ObservedPoint = SeriesPoint & { readonly createdAt: Date };

/** What the observations say: the state, where the metric will be at the due date as far as one can tell, and a sentence for people. */
export interface MilestoneEvaluation {
  readonly status: MilestoneStatus;
  readonly forecast: Forecast | null;
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
  if (met !== undefined) return { status: 'MET', forecast: null, reason: metReason(milestone, met, criterion) };
  if (now > milestone.dueAt) return { status: 'MISSED', forecast: null, reason: missedReason(milestone, points, criterion) };
  if (latest === undefined) return { status: 'PENDING', forecast: null, reason: `No observation yet; ${criterion} is needed by ${dayText(milestone.dueAt)}.` };
  return judge(milestone, points, now, criterion);
}

/** The observation that completes the first row that counts. `points` are ordered by time. */
function lastOfRow({ comparator, threshold, consecutiveWindows, createdAt }: MilestoneCriterion, points: readonly ObservedPoint[]): ObservedPoint | undefined {
  let inRow = 0;
  return points.find((point, position) => {
    inRow = satisfies(point.value, comparator, threshold) ? inRow + 1 : 0;
    return inRow >= consecutiveWindows && (point.createdAt >= createdAt || position === points.length - 1);
  });
}

function judge(milestone: MilestoneCriterion, points: readonly SeriesPoint[], now: Date, criterion: string): MilestoneEvaluation {
  const { comparator, threshold, dueAt, consecutiveWindows, unit } = milestone;
  const found = forecast(points, {
    dueAt,
    now,
    satisfied: (value) => satisfies(value, comparator, threshold),
    consecutive: consecutiveWindows,
    bounds: unit === 'ratio' ? { minimum: 0, maximum: 1 } : { minimum: -Infinity, maximum: Infinity },
  });
  const latest = points.at(-1);
  if (found === undefined) {
    const reason = `Too early to tell, with ${points.length} observation${points.length === 1 ? '' : 's'}: the latest is ${latest === undefined ? '–' : pointText(latest)}; ${criterion} is needed by ${dayText(dueAt)}.`;
    return { status: 'PENDING', forecast: null, reason };
  }
  const status = found.probability >= LIKELY ? 'ON_TRACK' : found.probability <= 1 - LIKELY ? 'AT_RISK' : 'PENDING';
  return { status, forecast: found, reason: forecastReason(status, found, milestone, criterion) };
}

function forecastReason(
  status: MilestoneStatus,
  { value, lower, upper, level, probability }: Forecast,
  { dueAt, consecutiveWindows }: MilestoneCriterion,
  criterion: string,
): string {
  const row = consecutiveWindows > 1 ? `, ${consecutiveWindows} in a row,` : '';
  const chance = probability < 0.01 ? 'less than 1 %' : probability > 0.99 ? 'more than 99 %' : `${Math.round(100 * probability)} %`;
  const range = `${numberText(lower)} to ${numberText(upper)} with ${Math.round(100 * level)} %`;
  const sentence = `on ${dayText(dueAt)} it will be about ${numberText(value)} (${range}); the chance that ${criterion}${row} is met by then is ${chance}.`;
  return status === 'PENDING' ? `Undecided: ${sentence}` : `As it goes, ${sentence}`;
}

function missedReason(milestone: MilestoneCriterion, points: readonly SeriesPoint[], criterion: string): string {
  const latest = points.at(-1);
  if (latest === undefined) return `There was no observation by ${dayText(milestone.dueAt)}; ${criterion} was needed.`;
  const count = points.filter((point) => satisfies(point.value, milestone.comparator, milestone.threshold)).length;
  const held =
    milestone.consecutiveWindows > 1 ? ` ${milestone.consecutiveWindows} times in a row (${count} of ${points.length} observations satisfied it)` : '';
  return `${criterion} was needed by ${dayText(milestone.dueAt)}${held}; the latest was ${pointText(latest)}.`;
}

function metReason({ consecutiveWindows }: MilestoneCriterion, met: SeriesPoint, criterion: string): string {
  if (consecutiveWindows === 1) return `An observation satisfies ${criterion}: ${pointText(met)}.`;
  return `${consecutiveWindows} observations in a row satisfy ${criterion}: the last of them is ${pointText(met)}.`;
}

function pointText(point: SeriesPoint): string {
  return `${numberText(point.value)} at ${point.observedAt.toISOString().slice(0, 16)}Z`;
}

function dayText(date: Date): string {
  return date.toISOString().slice(0, 10);
}

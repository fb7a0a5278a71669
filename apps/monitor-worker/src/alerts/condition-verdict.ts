import type { AlertCondition, FeatureDrift, MonitorDefinition } from '@millrace/contracts';
import type { ClosedWindow } from '../windows/plan-evaluation.ts';
import type { MonitorWindow } from '@millrace/db';
import { statedPerformance } from '../observations/stated-performance.ts';

/** A closed window with what was concluded from it. */
export type JudgedWindow = ClosedWindow & Pick<MonitorWindow, 'drift'>;

/** What a window says of a condition. */
export interface Verdict {
  readonly holds: boolean;
  /** What was seen, as the beginning of a sentence. */
  readonly title: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a window says of a condition; undefined where it says nothing: too few rows, labels or features to judge it by. */
export function verdictOf(condition: AlertCondition, window: JudgedWindow, definition: MonitorDefinition): Verdict | undefined {
  if (condition.on === 'METRIC') return ofMetric(condition, window, definition);
  if (window.drift === null) return undefined;
  return condition.on === 'SCORE' ? ofScore(window.drift) : ofFeatures(condition, window.drift);
}

type On<Kind extends AlertCondition['on']> = Extract<AlertCondition, { on: Kind }>;

/** The score comes last. */
function ofScore(drift: readonly FeatureDrift[]): Verdict | undefined {
  const score = drift.at(-1);
  if (score === undefined) return undefined;
  const { psi, adjustedPValue } = score;
  return { holds: score.drifted, title: 'the score drifted from what it was at training', detail: { score: { psi, adjustedPValue } } };
}

const MOST_NAMED = 3;

function ofFeatures({ features, share }: On<'FEATURES'>, drift: readonly FeatureDrift[]): Verdict | undefined {
  const watched = drift.slice(0, -1).filter(({ feature }) => features === undefined || features.includes(feature));
  if (watched.length === 0) return undefined;
  const drifted = watched.filter((feature) => feature.drifted).toSorted((a, b) => b.psi - a.psi);
  const driftShare = drifted.length / watched.length;
  const names = drifted.slice(0, MOST_NAMED).map(({ feature }) => feature);
  const more = drifted.length - names.length;
  return {
    holds: drifted.length > 0 && driftShare >= share,
    title: `${drifted.length} of ${watched.length} features drifted from the training data (${names.join(', ')}${more > 0 ? ` and ${more} more` : ''})`,
    detail: { driftShare, features: drifted.map(({ feature, psi, adjustedPValue }) => ({ feature, psi, adjustedPValue })) },
  };
}

function ofMetric({ measure, floor, ceiling }: On<'METRIC'>, window: JudgedWindow, definition: MonitorDefinition): Verdict | undefined {
  const value = statedPerformance(definition, window)?.[measure] ?? null;
  if (value === null) return undefined;
  const isLow = floor !== undefined && value < floor;
  const isHigh = ceiling !== undefined && value > ceiling;
  const bound = isHigh ? `above its ceiling of ${ceiling}` : `below its floor of ${floor}`;
  return { holds: isLow || isHigh, title: `live ${measure} was ${Number(value.toPrecision(4))}, ${bound}`, detail: { measure, value, floor, ceiling } };
}

/** Features that a condition names and windows do not have. */
export function unknownFeatures(condition: AlertCondition, windows: readonly JudgedWindow[]): readonly string[] {
  const drifts = windows.flatMap(({ drift }) => (drift === null ? [] : [drift]));
  if (condition.on !== 'FEATURES' || condition.features === undefined || drifts.length === 0) return [];
  const known = new Set(drifts.flatMap((drift) => drift.slice(0, -1).map(({ feature }) => feature)));
  return condition.features.filter((feature) => !known.has(feature));
}

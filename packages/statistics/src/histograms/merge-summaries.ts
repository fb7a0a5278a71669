import { MillraceError, type Histogram, type WindowSummary } from '@millrace/contracts';
import { mergeHistograms } from './merge-histograms.ts';

/**
 * One window seen by two nodes (or in two segments) as one summary.
 *
 * @throws MillraceError CONFLICT when the windows or the features differ, or the bins of one feature.
 */
export function mergeSummaries(left: WindowSummary, right: WindowSummary): WindowSummary {
  if (Date.parse(left.windowStart) !== Date.parse(right.windowStart)) {
    throw new MillraceError('CONFLICT', `Summaries of different windows cannot be merged: ${left.windowStart} and ${right.windowStart}`, {
      fields: { left: left.windowStart, right: right.windowStart },
    });
  }
  return {
    windowStart: left.windowStart,
    rows: left.rows + right.rows,
    features: mergeFeatures(left.features, right.features),
    score: mergeHistograms(left.score, right.score),
  };
}

function mergeFeatures(left: Readonly<Record<string, Histogram>>, right: Readonly<Record<string, Histogram>>): Record<string, Histogram> {
  const missing = [...Object.keys(left).filter((name) => !Object.hasOwn(right, name)), ...Object.keys(right).filter((name) => !Object.hasOwn(left, name))];
  if (missing.length > 0) {
    throw new MillraceError('CONFLICT', `Summaries of different features cannot be merged; only one of them has ${missing.join(', ')}`, {
      fields: { missing },
    });
  }
  const merged: Record<string, Histogram> = {};
  for (const [name, histogram] of Object.entries(left)) {
    const other = right[name];
    if (other !== undefined) merged[name] = mergeHistograms(histogram, other);
  }
  return merged;
}

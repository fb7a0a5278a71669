/** One figure of a benchmark with the bar it is held to, and the peer or limit measured in the same run. */
export interface Measure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: { readonly atLeast: number } | { readonly atMost: number };
  readonly peer?: { readonly what: string; readonly value: number; readonly unit: string };
}

export interface JudgedMeasure extends Measure {
  readonly holds: boolean;
}

export function judge(measure: Measure): JudgedMeasure {
  const { bar, value } = measure;
  return { ...measure, holds: 'atLeast' in bar ? value >= bar.atLeast : value <= bar.atMost };
}

/** The value at share `p` (0 to 1) of the sorted sample, by the nearest-rank method. */
export function quantile(sample: readonly number[], p: number): number {
  if (sample.length === 0) throw new RangeError('a quantile needs at least one value');
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}

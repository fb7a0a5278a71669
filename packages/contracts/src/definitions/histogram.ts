import { z } from 'zod';

const count = z.int().min(0);
const MOST_BINS = 10_000;

/**
 * A numeric column as counts in frozen bins. `edges` are the inner edges, ascending; bin i holds edges[i-1] < x ≤ edges[i],
 * the outer bins reach to ±∞, so `counts.length === edges.length + 1`. `nulls` counts missing and NaN values; booleans count as 0 and 1.
 * Two histograms with the same edges merge by adding counts, nulls, sum and sumOfSquares.
 *
 * @example
 * ```ts
 * import { numericHistogramSchema, type NumericHistogram } from '@millrace/contracts';
 *
 * const distance: NumericHistogram = numericHistogramSchema.parse({
 *   kind: 'numeric',
 *   edges: [500, 1000],
 *   counts: [2, 5, 1],
 *   nulls: 0,
 *   sum: 6100,
 *   sumOfSquares: 5.1e6,
 *   min: 120,
 *   max: 1400,
 * });
 * ```
 */
export const numericHistogramSchema = z
  .object({
    kind: z.literal('numeric'),
    edges: z.array(z.number()).max(MOST_BINS),
    counts: z.array(count).max(MOST_BINS + 1),
    nulls: count,
    sum: z.number(),
    sumOfSquares: z.number(),
    min: z.number().nullable(),
    max: z.number().nullable(),
  })
  .refine(({ edges, counts }) => counts.length === edges.length + 1, { path: ['counts'], message: 'must hold one count more than there are edges' });
export type NumericHistogram = z.infer<typeof numericHistogramSchema>;

/**
 * A categorical column as counts per value. `other` counts values outside the frozen `values`, `nulls` missing and empty ones.
 *
 * @example
 * ```ts
 * import { categoricalHistogramSchema, type CategoricalHistogram } from '@millrace/contracts';
 *
 * const origin: CategoricalHistogram = categoricalHistogramSchema.parse({ kind: 'categorical', values: ['SFO', 'OAK'], counts: [7, 1], other: 0, nulls: 0 });
 * ```
 */
export const categoricalHistogramSchema = z
  .object({
    kind: z.literal('categorical'),
    values: z.array(z.string().max(10_000)).max(MOST_BINS),
    counts: z.array(count).max(MOST_BINS),
    other: count,
    nulls: count,
  })
  .refine(({ values, counts }) => counts.length === values.length, { path: ['counts'], message: 'must hold one count per value' });
export type CategoricalHistogram = z.infer<typeof categoricalHistogramSchema>;

/**
 * A column as counts, told apart by `kind`.
 *
 * @example
 * ```ts
 * import { histogramSchema, type Histogram } from '@millrace/contracts';
 *
 * const binsOf = (histogram: Histogram): number => histogram.counts.length;
 * binsOf(histogramSchema.parse({ kind: 'categorical', values: ['SFO', 'OAK'], counts: [7, 1], other: 0, nulls: 0 })); // 2
 * ```
 */
export const histogramSchema = z.discriminatedUnion('kind', [numericHistogramSchema, categoricalHistogramSchema]);
export type Histogram = z.infer<typeof histogramSchema>;

/**
 * The reference profile of a model version: the training distribution of every feature and of the score.
 *
 * @example
 * ```ts
 * import { referenceProfileSchema, type ReferenceProfile } from '@millrace/contracts';
 *
 * const score = { kind: 'numeric' as const, edges: [0.5], counts: [6, 2], nulls: 0, sum: 2.1, sumOfSquares: 0.9, min: 0.02, max: 0.8 };
 * const profile: ReferenceProfile = referenceProfileSchema.parse({ rows: 8, features: { score }, score });
 * ```
 */
export const referenceProfileSchema = z.object({
  rows: count,
  features: z.record(z.string(), histogramSchema),
  score: numericHistogramSchema,
});
export type ReferenceProfile = z.infer<typeof referenceProfileSchema>;

/**
 * What one node saw in one window of event time: mergeable, never raw rows. `windowStart` is ISO 8601 UTC.
 *
 * @example
 * ```ts
 * import { windowSummarySchema, type WindowSummary } from '@millrace/contracts';
 *
 * const score = { kind: 'numeric' as const, edges: [0.5], counts: [6, 2], nulls: 0, sum: 2.1, sumOfSquares: 0.9, min: 0.02, max: 0.8 };
 * const summary: WindowSummary = windowSummarySchema.parse({ windowStart: '2001-04-01T00:00:00Z', rows: 8, features: { score }, score });
 * ```
 */
export const windowSummarySchema = z.object({
  windowStart: z.iso.datetime(),
  rows: count,
  features: z.record(z.string(), histogramSchema),
  score: numericHistogramSchema,
});
export type WindowSummary = z.infer<typeof windowSummarySchema>;

/**
 * The summaries that one segment of the prediction log may come with, and their bytes as JSON: a node closes a segment before, and the
 * control plane refuses one with more.
 *
 * @example
 * ```ts
 * import { SEGMENT_SUMMARY_LIMITS } from '@millrace/contracts';
 *
 * const isTooMany = 10_001 > SEGMENT_SUMMARY_LIMITS.windows;
 * ```
 */
export const SEGMENT_SUMMARY_LIMITS = { windows: 10_000, bytes: 8 * 1024 * 1024 } as const;

import { z } from 'zod';

const count = z.int().min(0);

/**
 * A numeric column as counts in frozen bins. `edges` are the inner edges, ascending; bin i holds edges[i-1] < x ≤ edges[i],
 * the outer bins reach to ±∞, so `counts.length === edges.length + 1`. `nulls` counts missing and NaN values.
 * Two histograms with the same edges merge by adding counts, nulls, sum and sumOfSquares.
 */
export const numericHistogramSchema = z
  .object({
    kind: z.literal('numeric'),
    edges: z.array(z.number()),
    counts: z.array(count),
    nulls: count,
    sum: z.number(),
    sumOfSquares: z.number(),
    min: z.number().nullable(),
    max: z.number().nullable(),
  })
  .refine(({ edges, counts }) => counts.length === edges.length + 1, { path: ['counts'], message: 'must hold one count more than there are edges' });
export type NumericHistogram = z.infer<typeof numericHistogramSchema>;

/** A categorical column as counts per value. `other` counts values outside the frozen `values`. */
export const categoricalHistogramSchema = z
  .object({
    kind: z.literal('categorical'),
    values: z.array(z.string()),
    counts: z.array(count),
    other: count,
    nulls: count,
  })
  .refine(({ values, counts }) => counts.length === values.length, { path: ['counts'], message: 'must hold one count per value' });
export type CategoricalHistogram = z.infer<typeof categoricalHistogramSchema>;

export const histogramSchema = z.discriminatedUnion('kind', [numericHistogramSchema, categoricalHistogramSchema]);
export type Histogram = z.infer<typeof histogramSchema>;

/** The reference profile of a model version: the training distribution of every feature and of the score. */
export const referenceProfileSchema = z.object({
  rows: count,
  features: z.record(z.string(), histogramSchema),
  score: numericHistogramSchema,
});
export type ReferenceProfile = z.infer<typeof referenceProfileSchema>;

/** What one node saw in one window of event time: mergeable, never raw rows. `windowStart` is ISO 8601 UTC. */
export const windowSummarySchema = z.object({
  windowStart: z.iso.datetime(),
  rows: count,
  features: z.record(z.string(), histogramSchema),
  score: numericHistogramSchema,
});
export type WindowSummary = z.infer<typeof windowSummarySchema>;

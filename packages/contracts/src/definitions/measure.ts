import { z } from 'zod';

/** Sums and squares of a great many of these are still numbers. */
const GREATEST = 1e30;
const GREATEST_COST = 1e12;
const GREATEST_COUNT = 1e15;

/** Seconds of the longest window and the longest wait that a definition may ask for: a leap year. */
const LONGEST_SECONDS = 366 * 86_400;

/**
 * A measured value, a threshold, a target. Never infinite, and small enough to be reckoned with.
 *
 * @example
 * ```ts
 * import { measureSchema } from '@millrace/contracts';
 *
 * measureSchema.parse(5_000_000);
 * measureSchema.safeParse(1e308).success; // false
 * ```
 */
export const measureSchema = z.number().min(-GREATEST).max(GREATEST);

/**
 * What one mistake costs.
 *
 * @example
 * ```ts
 * import { costSchema } from '@millrace/contracts';
 *
 * costSchema.parse(25);
 * ```
 */
export const costSchema = z.number().min(0).max(GREATEST_COST);

/**
 * A number of rows that a definition asks for.
 *
 * @example
 * ```ts
 * import { neededRowsSchema } from '@millrace/contracts';
 *
 * neededRowsSchema.parse(1_000_000);
 * ```
 */
export const neededRowsSchema = z.int().min(1).max(GREATEST_COUNT);

/**
 * A duration of event time in whole seconds, at most a leap year: an instant plus one is still an instant.
 *
 * @example
 * ```ts
 * import { eventSecondsSchema } from '@millrace/contracts';
 *
 * eventSecondsSchema.parse(7 * 86_400);
 * eventSecondsSchema.safeParse(2 ** 53 - 1).success; // false
 * ```
 */
export const eventSecondsSchema = z.int().min(0).max(LONGEST_SECONDS);

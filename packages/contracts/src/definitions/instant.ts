import { z } from 'zod';

const EARLIEST = new Date('0001-01-01T00:00:00.000Z');
const LATEST = new Date('9999-12-31T23:59:59.999Z');
const WHERE = 'must lie in the years 1 to 9999, UTC';

/**
 * An instant: in the years 1 to 9999 of UTC, which every reader of ISO 8601, Delta and Parquet knows.
 *
 * @example
 * ```ts
 * import { instantSchema } from '@millrace/contracts';
 *
 * instantSchema.parse(new Date('2001-04-01T00:00:00Z'));
 * instantSchema.safeParse(new Date('+010000-01-01T00:00:00Z')).success; // false
 * ```
 */
export const instantSchema = z.date().min(EARLIEST, WHERE).max(LATEST, WHERE);

/**
 * An instant as text: ISO 8601 with a zone, of a day that the calendar has. The range counts after the zone is taken off.
 *
 * @example
 * ```ts
 * import { instantTextSchema } from '@millrace/contracts';
 *
 * instantTextSchema.parse('2001-04-01T02:00:00+02:00');
 * instantTextSchema.safeParse('9999-12-31T23:59:59-14:00').success; // false: the year 10000 in UTC
 * instantTextSchema.safeParse('2001-02-30T00:00:00Z').success; // false
 * ```
 */
export const instantTextSchema = z.iso.datetime({ offset: true }).refine((text) => instantSchema.safeParse(new Date(text)).success, WHERE);

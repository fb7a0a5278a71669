import type { EngineSession } from '../engine/engine-tasks.ts';
import { quoteName } from '../engine/sql-text.ts';
import { Measures } from './measures.ts';

/** The times of the rows, in milliseconds since the epoch. */
export interface TimeMeasures {
  /** Rows with a time. */
  readonly known: number;
  readonly oldest: number | null;
  readonly newest: number | null;
  /** Between them lie about 98 % of the times (T-Digest: exact ones need all times in memory). */
  readonly from: number | null;
  readonly until: number | null;
  /** The newest that is not after the assessment, and rows that are. */
  readonly newestPast: number | null;
  readonly future: number;
}

/** Infinite times count as unknown. */
export async function measureTimes(session: EngineSession, relation: string, column: string, now: number): Promise<TimeMeasures> {
  const name = quoteName(column);
  const measures = new Measures();
  measures.add('known', 'count(t)::DOUBLE');
  measures.add('oldest', 'min(t)');
  measures.add('newest', 'max(t)');
  measures.add('from', 'approx_quantile(t, 0.01)');
  measures.add('until', 'approx_quantile(t, 0.99)');
  measures.add('newestPast', `max(t) FILTER (WHERE t <= ${now})`);
  measures.add('future', `count_if(t > ${now})::DOUBLE`);
  const found = await measures.read(session, `(SELECT CASE WHEN isfinite(${name}) THEN epoch_ms(${name}::TIMESTAMP)::DOUBLE END AS t FROM ${relation})`);
  return {
    known: found('known') ?? 0,
    oldest: found('oldest'),
    newest: found('newest'),
    from: found('from'),
    until: found('until'),
    newestPast: found('newestPast'),
    future: found('future') ?? 0,
  };
}

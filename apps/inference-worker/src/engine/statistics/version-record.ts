import { addStatistics } from './add-statistics.ts';
import type { ResponseCache } from '../cache/response-cache.ts';
import type { ServedVersion, VersionCounts } from '../served-version.ts';
import { EMPTY_STATISTICS, SHED_REASONS, type ShedReason, type VersionStatistics } from './version-statistics.ts';

type Counted = Pick<ServedVersion, 'statistics' | 'counts'>;

/** What a version did over all its loads: in sessions that are gone, and where a request came to none. Counts only grow. */
export class VersionRecord {
  private past: VersionStatistics = EMPTY_STATISTICS;
  private pastCounts: VersionCounts = { requests: 0, errors: 0, rows: 0 };

  /** A request was not given to any session. */
  refused(reason?: ShedReason): void {
    const sheds = Object.fromEntries(SHED_REASONS.map((known) => [known, Number(known === reason)])) as Record<ShedReason, number>;
    this.past = addStatistics(this.past, { ...EMPTY_STATISTICS, fail: { count: 1, nanoseconds: 0 }, sheds });
    this.pastCounts = addCounts(this.pastCounts, { requests: 1, errors: 1, rows: 0 });
  }

  /** Requests that were given to sessions had waited before for so long altogether. */
  waited(nanoseconds: number): void {
    const time = { count: 0, nanoseconds };
    this.past = addStatistics(this.past, { ...EMPTY_STATISTICS, queue: time, success: time });
  }

  /** These sessions answer nothing any more. */
  ended(served: Counted): void {
    this.past = addStatistics(this.past, { ...served.statistics(), queuedRows: 0 });
    this.pastCounts = addCounts(this.pastCounts, served.counts);
  }

  /** This cache answers nothing any more. */
  closed(cache: ResponseCache): void {
    this.past = addStatistics(this.past, statisticsOf(cache));
    this.pastCounts = addCounts(this.pastCounts, countsOf(cache));
  }

  /** With what the sessions and the cache that are there have done. */
  statistics(present: readonly Counted[], cache: ResponseCache | undefined): VersionStatistics {
    return [...present.map((served) => served.statistics()), ...(cache === undefined ? [] : [statisticsOf(cache)])].reduce(addStatistics, this.past);
  }

  counts(present: readonly Counted[], cache: ResponseCache | undefined): VersionCounts {
    return [...present.map(({ counts }) => counts), ...(cache === undefined ? [] : [countsOf(cache)])].reduce(addCounts, this.pastCounts);
  }
}

function statisticsOf({ hits, misses }: ResponseCache): VersionStatistics {
  return { ...EMPTY_STATISTICS, success: hits, cacheHit: hits, cacheMiss: misses };
}

function countsOf({ hits, hitRows }: ResponseCache): VersionCounts {
  return { requests: hits.count, errors: 0, rows: hitRows };
}

function addCounts(a: VersionCounts, b: VersionCounts): VersionCounts {
  return { requests: a.requests + b.requests, errors: a.errors + b.errors, rows: a.rows + b.rows };
}

/** How a sweep is bounded. */
export interface SweepBounds {
  /** The largest size that may come out. */
  readonly maximumRows: number;
  /** No run is begun after this long. */
  readonly maximumMilliseconds: number;
  /** Milliseconds of a steady clock; nothing: `performance.now`. */
  readonly now?: () => number;
}

/** A larger batch must bring at least this much more rows per second. */
const WORTHWHILE_GAIN = 1.1;

/** Sizes in a row that bring nothing before the sweep ends; one alone may be noise. */
const PATIENCE = 2;

/** The time of a size is the shortest of at least two runs, and of more while they are short. */
const MINIMUM_RUNS = 2;
const MAXIMUM_RUNS = 12;
const MILLISECONDS_PER_SIZE = 6;

/**
 * Finds the batch size that gives the most rows per second: 1, 2, 4, … rows while it grows. `run` runs that many rows and
 * resolves with the milliseconds they took in the session.
 */
export async function sweepBatchRows(run: (rows: number) => Promise<number>, bounds: SweepBounds): Promise<number> {
  const { now = () => performance.now() } = bounds;
  const end = now() + bounds.maximumMilliseconds;
  let best = { rows: 1, rate: 0 };
  let vain = 0;
  for (const rows of batchSizes(bounds.maximumRows)) {
    const milliseconds = await shortestRun(() => run(rows), now, end);
    if (milliseconds === undefined) break;
    const rate = rows / milliseconds;
    if (rate >= best.rate * WORTHWHILE_GAIN) {
      best = { rows, rate };
      vain = 0;
    } else if (++vain === PATIENCE) {
      break;
    }
  }
  return best.rows;
}

/** 1, 2, 4, … up to `maximumRows`, which is the last. */
export function batchSizes(maximumRows: number): number[] {
  const sizes: number[] = [];
  for (let rows = 1; rows < maximumRows; rows *= 2) sizes.push(rows);
  return [...sizes, maximumRows];
}

async function shortestRun(run: () => Promise<number>, now: () => number, end: number): Promise<number | undefined> {
  let shortest: number | undefined;
  let total = 0;
  for (let runs = 0; runs < MAXIMUM_RUNS && (runs < MINIMUM_RUNS || total < MILLISECONDS_PER_SIZE) && now() < end; runs++) {
    const milliseconds = Math.max(await run(), 1e-6);
    shortest = Math.min(shortest ?? Infinity, milliseconds);
    total += milliseconds;
  }
  return shortest;
}

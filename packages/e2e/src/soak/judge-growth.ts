/** How something grew while the same went on around it. */
export interface Growth {
  readonly name: string;
  /** Means of the second and the last third of the samples, in bytes. */
  readonly middle: number;
  readonly last: number;
  readonly isFlat: boolean;
}

/** What moves to and fro is no growth: a tenth, and a floor for each kind. */
const TOLERATED_SHARE = 0.1;
const TOLERATED_BYTES: Readonly<Record<string, number>> = { table: 2_000_000, folder: 4_000_000, process: 40_000_000 };

/** Tells for each series whether it is flat; the first third is for warming up. */
export function judgeGrowth(samples: readonly ReadonlyMap<string, number>[]): Growth[] {
  const third = Math.floor(samples.length / 3);
  const names = new Set(samples.flatMap((sample) => [...sample.keys()]));
  return [...names].map((name) => {
    const middle = meanOf(samples.slice(third, 2 * third), name);
    const last = meanOf(samples.slice(2 * third), name);
    const floor = TOLERATED_BYTES[name.split(' ')[0] ?? ''] ?? 0;
    return { name, middle, last, isFlat: last - middle <= Math.max(floor, middle * TOLERATED_SHARE) };
  });
}

function meanOf(samples: readonly ReadonlyMap<string, number>[], name: string): number {
  return samples.reduce((sum, sample) => sum + (sample.get(name) ?? 0), 0) / Math.max(1, samples.length);
}

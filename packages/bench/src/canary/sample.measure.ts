import { seededRandom } from '@millrace/domain';
import type { BenchmarkPart } from '../benchmark.ts';
import { quantile } from '../measure.ts';
import { play, type SimulatedRelease } from './simulated-release.ts';

const RELEASES = 500;
const PAIRS = [
  [0.002, 0.01],
  [0.01, 0.03],
  [0.01, 0.05],
  [0.02, 0.1],
  [0.05, 0.1],
  [0.1, 0.2],
  [0.3, 0.6],
] as const;

/** How many requests of the candidate it takes to roll back at a real difference, and to promote where there is none. */
export const samplePart: BenchmarkPart = {
  name: 'sample',
  async *measure() {
    for (const [live, candidate] of PAIRS)
      for (const beside of [9, 1]) {
        const release: SimulatedRelease = { candidate: { errorRate: candidate }, incumbent: { errorRate: live }, block: [1, beside], longest: 50_000 };
        const median = medianOf(release, 'rolled back');
        const limit = Math.log(100) / informationOf(candidate, live, beside);
        yield {
          what: `roll back, live ${live * 100} %, candidate ${candidate * 100} %, ${beside} requests of the live version to one: median`,
          value: median / limit,
          unit: '× ln(1/α)/KL',
          bar: { atMost: 2 },
          peer: { what: `ln(1/α)/KL; the median is ${median}`, value: limit, unit: 'requests' },
        };
      }
    const slower: SimulatedRelease = {
      candidate: { errorRate: 0.001, medianMilliseconds: 10 },
      incumbent: { errorRate: 0.001, medianMilliseconds: 2 },
      block: [1, 9],
      longest: 50_000,
    };
    yield { what: 'roll back, five times as slow: median', value: medianOf(slower, 'rolled back'), unit: 'requests', bar: { atMost: 50 } };
    for (const rate of [0, 0.01, 0.1]) {
      const same: SimulatedRelease = { candidate: { errorRate: rate }, incumbent: { errorRate: rate }, block: [10, 90], longest: 50_000 };
      yield { what: `promote, both fail ${rate * 100} %: median`, value: medianOf(same, 'decided'), unit: 'requests', bar: { atMost: 10_000 } };
    }
    const first: SimulatedRelease = { candidate: { errorRate: 0 }, incumbent: null, block: [10, 0], longest: 50_000 };
    yield { what: 'promote a first release without errors, 1 % allowed: median', value: medianOf(first, 'decided'), unit: 'requests', bar: { atMost: 1000 } };
  },
};

function medianOf(release: SimulatedRelease, until: 'rolled back' | 'decided'): number {
  const random = seededRandom(10);
  return quantile(
    Array.from({ length: RELEASES }, () => play(release, random, until).requests),
    0.5,
  );
}

/**
 * What one request of the candidate, with those of the live version in the same time, says in nats: the Kullback–Leibler distance to the
 * nearest pair of equal rates, which no test can exceed.
 */
function informationOf(candidate: number, live: number, beside: number): number {
  const mean = (candidate + beside * live) / (1 + beside);
  return divergence(candidate, mean) + beside * divergence(live, mean);
}

function divergence(p: number, q: number): number {
  return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
}

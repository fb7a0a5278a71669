import { seededRandom } from '@millrace/domain';
import type { BenchmarkPart } from '../benchmark.ts';
import { play, type SimulatedRelease, type SimulatedVersion } from './simulated-release.ts';

const RELEASES = 10_000;
const ALPHA = 0.01;

interface Scene {
  readonly what: string;
  readonly release: SimulatedRelease;
}

/** Requests of the candidate after which nobody looks any more, and looks until then. */
const [LONGEST, LOOKS] = [1500, 150];

/** Releases of a candidate that is just as the live version, looked at after every block. */
const SAME: readonly Scene[] = [
  ...[0.0005, 0.005, 0.05, 0.3].map((errorRate) => sameOf(`both fail ${errorRate * 100} %`, { errorRate }, 90)),
  sameOf('both fail 0.5 %, half of the traffic', { errorRate: 0.005 }, 10),
  sameOf('both fail 0.5 % and take 4 ms', { errorRate: 0.005, medianMilliseconds: 4 }, 90),
];

function sameOf(what: string, version: SimulatedVersion, beside: number): Scene {
  return { what, release: { candidate: version, incumbent: version, block: [LONGEST / LOOKS, beside], longest: LONGEST } };
}

/** On the border of what is allowed. */
const FIRST: readonly Scene[] = [
  {
    what: 'a first release that fails as often as it may, 1 %',
    release: { candidate: { errorRate: 0.01 }, incumbent: null, block: [LONGEST / LOOKS, 0], longest: LONGEST },
  },
];

const WORSE: readonly Scene[] = [
  { what: 'live 0.2 %, candidate 1 %', release: { candidate: { errorRate: 0.01 }, incumbent: { errorRate: 0.002 }, block: [20, 180], longest: 20_000 } },
  {
    what: 'live 1 %, candidate 1.7 %, the border of what is tolerated',
    release: { candidate: { errorRate: 0.017 }, incumbent: { errorRate: 0.01 }, block: [20, 180], longest: 20_000 },
  },
];
const WORSE_RELEASES = 1000;

/** How often a canary is rolled back, at any look, although its candidate is no worse, and promoted although it is worse than tolerated. */
export const falseDecisionsPart: BenchmarkPart = {
  name: 'false-decisions',
  async *measure() {
    for (const { what, release } of [...SAME, ...FIRST]) {
      const random = seededRandom(8);
      let wrong = 0;
      for (let i = 0; i < RELEASES; i++) if (play(release, random, 'rolled back').action === 'ROLL_BACK') wrong++;
      yield { what: `rolled back at any of ${LOOKS} looks: ${what}`, value: (100 * wrong) / RELEASES, unit: '%', bar: { atMost: 100 * ALPHA } };
    }
    for (const { what, release } of WORSE) {
      const random = seededRandom(9);
      let wrong = 0;
      for (let i = 0; i < WORSE_RELEASES; i++) if (play(release, random, 'decided').action === 'ADVANCE') wrong++;
      yield { what: `promoted at any look: ${what}`, value: (100 * wrong) / WORSE_RELEASES, unit: '%', bar: { atMost: 5 } };
    }
  },
};

import { seededRandom } from '@millrace/domain';
import type { BenchmarkPart } from '../benchmark.ts';
import type { Measure } from '../measure.ts';
import { playMilestone, type Verdict } from './play-milestone.ts';
import { UNFORESEEABLE, type Family } from './simulated-metrics.ts';

const MILESTONES = 120;
/** Of all families together; and of one by itself, some of which nobody can foresee from their beginning. */
const WRONG_PERCENT = { all: 7, family: 15, unforeseeable: 100 } as const;
const TENTHS = 10;

/** Every family by itself, and all of them together at every tenth of the way; wrong are verdicts that did not come true, among all that were given, PENDING too. */
export function verdictsPart(name: string, families: Readonly<Record<string, Family>>): BenchmarkPart {
  return {
    name,
    async *measure() {
      const all: Verdict[] = [];
      for (const [family, make] of Object.entries(families)) {
        const verdicts = verdictsOf(make, MILESTONES);
        all.push(...verdicts);
        yield* measuresOf(family, verdicts, families === UNFORESEEABLE ? 'unforeseeable' : 'family');
      }
      yield* measuresOf(`${name}, all`, all, families === UNFORESEEABLE ? 'unforeseeable' : 'all');
    },
  };
}

/** The verdicts of so many milestones of a family, three in ten of them on what should fall. */
export function verdictsOf(make: Family, milestones: number): Verdict[] {
  const random = seededRandom(11);
  return Array.from({ length: milestones }, () => playMilestone(make(random), random() < 0.3)).flat();
}

/** The share of verdicts that are wrong at the worst tenth of the way, in percent. */
export function worstTenth(verdicts: readonly Verdict[]): number {
  const tenths = Array.from({ length: TENTHS }, (_, tenth) => verdicts.filter(({ at }) => Math.min(TENTHS - 1, Math.floor(at * TENTHS)) === tenth));
  return Math.max(...tenths.map((given) => (given.length === 0 ? 0 : (100 * given.filter(({ isWrong }) => isWrong).length) / given.length)));
}

/** The share of milestones' points at which something was said, in percent, between two shares of the way. */
function decided(verdicts: readonly Verdict[], from: number, to: number): number {
  const given = verdicts.filter(({ at }) => at >= from && at < to);
  return (100 * given.filter(({ status }) => status !== 'PENDING').length) / Math.max(1, given.length);
}

function* measuresOf(what: string, verdicts: readonly Verdict[], held: keyof typeof WRONG_PERCENT): Iterable<Measure> {
  const [half, most] = [decided(verdicts, 0.5, 0.6), decided(verdicts, 0.8, 0.9)].map((share) => share.toFixed(0));
  yield {
    what: `${what}: wrong at the worst tenth of the way (${half} % decided in the sixth tenth, ${most} % in the ninth)`,
    value: worstTenth(verdicts),
    unit: '%',
    bar: { atMost: WRONG_PERCENT[held] },
  };
}

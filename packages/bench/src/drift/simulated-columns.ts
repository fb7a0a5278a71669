import type { ReferenceProfile, WindowSummary } from '@millrace/contracts';
import { categoricalHistogram, frequentCategories, numericHistogram, quantileEdges, scoreEdges } from '@millrace/statistics';

type Random = () => number;

/** A column of a made-up table: what one row of it holds. `shift` moves numbers by so many standard deviations. */
export interface SimulatedColumn {
  readonly name: string;
  readonly draw: (random: Random, shift: number) => number | string | null;
}

/** A standard normal number, by the method of Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Categories with shares that fall like 1/rank. */
function zipf(categories: number): (random: Random) => string {
  const shares = Array.from({ length: categories }, (_, i) => 1 / (i + 1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const cumulative: number[] = [];
  for (const share of shares) cumulative.push((cumulative.at(-1) ?? 0) + share / total);
  return (random) => {
    const at = random();
    let [low, high] = [0, categories - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? 1) > at) high = middle;
      else low = middle + 1;
    }
    return `c${low}`;
  };
}

const [few, some, many] = [zipf(8), zipf(46), zipf(5000)];
const flag = (share: number) => (random: Random) => (random() < share ? 1 : 0);

/** One column of each kind that real tables have, awkward ones among them. */
export const SIMULATED_COLUMNS: readonly SimulatedColumn[] = [
  { name: 'normal', draw: (random, shift) => normal(random) + shift },
  { name: 'log-normal', draw: (random, shift) => Math.exp(normal(random) + shift) },
  { name: 'uniform', draw: (random, shift) => random() + shift / Math.sqrt(12) },
  { name: 'whole numbers', draw: (random, shift) => Math.round(6 * normal(random) + 40 + 6 * shift) },
  { name: 'mostly zero', draw: (random) => (random() < 0.92 ? 0 : Math.exp(normal(random))) },
  { name: 'one in ten missing', draw: (random, shift) => (random() < 0.1 ? null : normal(random) + shift) },
  { name: 'flag, 95 % set', draw: flag(0.95) },
  { name: 'flag, 0.2 % set', draw: flag(0.002) },
  { name: 'constant', draw: () => 7 },
  { name: '8 categories', draw: few },
  { name: '46 categories', draw: some },
  { name: '5,000 categories', draw: many },
  { name: 'an identifier', draw: (random) => `id${Math.floor(random() * 1e9)}` },
];

type Values = ReadonlyMap<string, readonly (number | string | null)[]>;

/** Rows of all columns, and scores between 0 and 1; the columns in `shifted` are moved by `shift` standard deviations. */
export function simulateRows(random: Random, rows: number, shift = 0, shifted: readonly string[] = []): { readonly values: Values; readonly scores: number[] } {
  const values = new Map(
    SIMULATED_COLUMNS.map(({ name, draw }) => [name, Array.from({ length: rows }, () => draw(random, shifted.includes(name) ? shift : 0))]),
  );
  const scores = Array.from({ length: rows }, () => 1 / (1 + Math.exp(2.5 - normal(random) - (shifted.includes('score') ? shift : 0))));
  return { values, scores };
}

const isText = (values: readonly unknown[]): values is readonly (string | null)[] => values.some((value) => typeof value === 'string');

/** The profile of a reference sample, in the bins that training chooses. */
export function simulatedProfile({ values, scores }: ReturnType<typeof simulateRows>): ReferenceProfile {
  const features = [...values].map(([name, column]) => {
    if (isText(column)) return [name, categoricalHistogram(column, frequentCategories(column, 200, 5))] as const;
    const numbers = column as readonly (number | null)[];
    return [name, numericHistogram(numbers, quantileEdges(numbers))] as const;
  });
  return { rows: scores.length, features: Object.fromEntries(features), score: numericHistogram(scores, scoreEdges(scores)) };
}

/** A window in the bins of a profile. */
export function simulatedWindow(profile: ReferenceProfile, { values, scores }: ReturnType<typeof simulateRows>): Pick<WindowSummary, 'features' | 'score'> {
  const features = Object.entries(profile.features).map(([name, { ...like }]) => {
    const column = values.get(name) ?? [];
    if (like.kind === 'categorical') return [name, categoricalHistogram(column as readonly (string | null)[], like.values)] as const;
    return [name, numericHistogram(column as readonly (number | null)[], like.edges)] as const;
  });
  return { features: Object.fromEntries(features), score: numericHistogram(scores, profile.score.edges) };
}

import type { Column } from '@millrace/contracts';
import { featuresOf, type Feature } from '../../features.ts';
import { seededRandom } from '../../random.ts';
import type { CategoryColumn, Table } from '../../table/table.ts';

export const CATEGORY_COLUMNS: readonly Column[] = ['from', 'to', 'tail'].map((name) => ({ name, type: 'string', nullable: true }));

/**
 * Rows whose label follows from the pair of two categories, 30 × 30, of which each alone says almost nothing; `tail` is one of 1,000 strings that
 * says nothing. One in twenty lacks its `to`.
 */
export function pairTable(rows: number, seed: number): { table: Table; truth: Float64Array } {
  const pairs = seededRandom(99);
  // Whether a pair is late: categories in groups, and the groups interact.
  const fromGroup = Array.from({ length: 30 }, () => Math.floor(pairs() * 3));
  const toGroup = Array.from({ length: 31 }, () => Math.floor(pairs() * 3));
  const late = Array.from({ length: 9 }, (_, cell) => (cell % 3 === Math.floor(cell / 3) ? 0.75 : 0.2));
  const random = seededRandom(seed);
  const draw = (count: number): Int32Array => Int32Array.from({ length: rows }, () => Math.floor(random() * count));
  const [from, to, tail] = [draw(30), draw(30).map((code) => (random() < 0.05 ? -1 : code)), draw(1000)];
  const truth = Float64Array.from(from, (code, row) => late[(fromGroup[code] ?? 0) * 3 + (toGroup[(to[row] ?? -1) + 1] ?? 0)] ?? 0);
  const table = {
    rows,
    time: new Float64Array(rows),
    label: Uint8Array.from(truth, (probability) => (random() < probability ? 1 : 0)),
    columns: { from: category(from, 'from', 30), to: category(to, 'to', 30), tail: category(tail, 'tail', 1000) },
  };
  return { table, truth };
}

function category(codes: Int32Array, name: string, count: number): CategoryColumn {
  return { type: 'category', codes, dictionary: Array.from({ length: count }, (_, i) => `${name}-${i}`) };
}

export function pairFeatures(table: Table): Feature[] {
  return featuresOf(table, CATEGORY_COLUMNS);
}

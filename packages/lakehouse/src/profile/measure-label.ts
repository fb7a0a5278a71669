import type { EngineSession } from '../engine/engine-tasks.ts';
import { missingSql, numberSql, textSql, type MeasuredColumn } from './column-sql.ts';
import { Measures } from './measures.ts';

/** What there is to learn from a label. */
export interface LabelMeasures {
  /** Rows without a value, counting what is not a number. */
  readonly missing: number;
  readonly distinct: number;
  /** Rows of its most frequent value. */
  readonly mostFrequent: number;
}

/**
 * How much a column says of the label, measured on a sample; each null where it cannot be measured.
 * - `same`: the share of rows in which both say the same, as texts, without case and blanks.
 * - `order`: how far it puts the rows in the order of the label, either way: Spearman's rank correlation, or for two classes 2·AUC − 1 (Gini).
 * - `values`: the share of the errors of the most frequent label that vanish when it is guessed by the column's value (Goodman and Kruskal's lambda, 1954).
 * - `absence`: the same, guessed by whether the column has a value.
 */
export interface Telling {
  readonly same: number | null;
  readonly order: number | null;
  readonly values: number | null;
  readonly absence: number | null;
}

/** A value must stand for so many rows, or that it goes with one label is no wonder. */
const ROWS_PER_VALUE = 10;
/** Of so few values a share says nothing. */
const FEWEST_ROWS = 20;

export async function measureLabel(session: EngineSession, relation: string, label: MeasuredColumn): Promise<LabelMeasures> {
  const value = textSql(label);
  const measures = new Measures();
  measures.add('missing', `coalesce(sum(n) FILTER (WHERE v IS NULL), 0)::DOUBLE`);
  measures.add('distinct', `count(v)::DOUBLE`);
  measures.add('mostFrequent', `coalesce(max(n) FILTER (WHERE v IS NOT NULL), 0)::DOUBLE`);
  const found = await measures.read(
    session,
    `(SELECT CASE WHEN ${missingSql(label)} THEN NULL ELSE ${value} END AS v, count(*) AS n FROM ${relation} GROUP BY 1)`,
  );
  return { missing: found('missing') ?? 0, distinct: found('distinct') ?? 0, mostFrequent: found('mostFrequent') ?? 0 };
}

/** How much a column says of the label, on `sample`, a relation of at most some ten thousand rows. */
export async function measureTelling(session: EngineSession, sample: string, column: MeasuredColumn, label: MeasuredColumn): Promise<Telling> {
  const labelled = `(SELECT ${textSql(label)} AS l, ${numberSql(label)} AS y, ${missingSql(column)} AS m, ${textSql(column)} AS v, ${numberSql(column)} AS x FROM ${sample} WHERE NOT ${missingSql(label)})`;
  const known = `(SELECT * FROM ${labelled} WHERE NOT m)`;
  const whole = new Measures();
  whole.add('same', 'avg((v = l)::INTEGER)::DOUBLE');
  whole.add('rows', 'count(*)::DOUBLE');
  whole.add('labels', 'count(DISTINCT l)::DOUBLE');
  whole.add('distinct', 'count(DISTINCT v)::DOUBLE');
  whole.add('ordered', 'count(x)::DOUBLE');
  const found = await whole.read(session, known);
  const rows = found('rows') ?? 0;
  const absence = await lambda(session, `(SELECT l, m AS v FROM ${labelled})`);
  if (rows < FEWEST_ROWS || (found('labels') ?? 0) < 2) return { same: null, order: null, values: null, absence };
  const isOrdered = (found('ordered') ?? 0) >= 0.9 * rows;
  return {
    same: found('same'),
    order: isOrdered ? await order(session, known, (found('labels') ?? 0) === 2) : null,
    values: (found('distinct') ?? 0) * ROWS_PER_VALUE <= rows ? await lambda(session, known) : null,
    absence,
  };
}

/** `relation` has the label `l` and what it is guessed by, `v`. */
async function lambda(session: EngineSession, relation: string): Promise<number | null> {
  const counts = `(SELECT l, v, count(*) AS n FROM ${relation} GROUP BY ALL)`;
  const [guess, most] = [new Measures(), new Measures()];
  guess.add('rows', 'sum(rows)::DOUBLE');
  guess.add('guessed', 'sum(most)::DOUBLE');
  most.add('frequent', 'max(rows)::DOUBLE');
  const guessed = await guess.read(session, `(SELECT v, sum(n) AS rows, max(n) AS most FROM ${counts} GROUP BY v)`);
  const frequent = (await most.read(session, `(SELECT l, sum(n) AS rows FROM ${counts} GROUP BY l)`))('frequent') ?? 0;
  const rows = guessed('rows') ?? 0;
  return rows - frequent <= 0 ? null : ((guessed('guessed') ?? 0) - frequent) / (rows - frequent);
}

/** `relation` has the numbers `x` and `y` and the label `l`. Ranks have no squares that overflow. */
async function order(session: EngineSession, relation: string, isBinary: boolean): Promise<number | null> {
  const ranked = `(SELECT l, rank() OVER (ORDER BY x) + (count(*) OVER (PARTITION BY x) - 1) / 2.0 AS rx, rank() OVER (ORDER BY y) + (count(*) OVER (PARTITION BY y) - 1) / 2.0 AS ry, y, min(l) OVER () AS first FROM ${relation} WHERE x IS NOT NULL)`;
  const measures = new Measures();
  if (isBinary) {
    measures.add('rows', 'count(*)::DOUBLE');
    measures.add('ones', 'count_if(l <> first)::DOUBLE');
    measures.add('ranks', 'coalesce(sum(rx) FILTER (WHERE l <> first), 0)::DOUBLE');
    const found = await measures.read(session, ranked);
    const [rows, ones, ranks] = [found('rows') ?? 0, found('ones') ?? 0, found('ranks') ?? 0];
    const pairs = ones * (rows - ones);
    return pairs === 0 ? null : Math.abs((2 * (ranks - (ones * (ones + 1)) / 2)) / pairs - 1);
  }
  measures.add('known', 'count(y)::DOUBLE');
  measures.add('rows', 'count(*)::DOUBLE');
  measures.add('spearman', 'corr(rx, ry)');
  const found = await measures.read(session, ranked);
  if ((found('known') ?? 0) < (found('rows') ?? 0)) return null;
  const spearman = found('spearman');
  return spearman === null ? null : Math.abs(spearman);
}

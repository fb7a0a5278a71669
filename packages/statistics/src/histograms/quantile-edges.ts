import { MillraceError } from '@millrace/contracts';

/** How far beyond what was seen a guard edge lies, relative to the greatest value or to the spread, whichever is more. */
const GUARD = 1e-6;
/** Where there is neither a value other than 0 nor a spread. */
const SMALLEST_GUARD = 1e-9;

/** A value that occurs, and how often. */
interface Atom {
  readonly value: number;
  readonly rows: number;
}

/**
 * Inner edges of about `bins` bins of equal share, each half-way between two neighbouring values, so that no value lies on one. Up to
 * twice as many different values get a bin each, and so does every value that fills a bin alone, wherever it stands: a flag that turns
 * from mostly 1 to mostly 0 changes bins. A guard edge on both sides keeps what is lower or higher than ever seen apart. Missing and
 * non-finite values are left out; no value at all gives no edges. Pass values as a served model will see them.
 *
 * @throws MillraceError BAD_INPUT when `bins` is not an integer of at least 1.
 */
export function quantileEdges(values: ArrayLike<number | null>, bins = 10): number[] {
  const atoms = atomsOf(values, bins);
  const [first, last] = [atoms[0]?.value, atoms.at(-1)?.value];
  if (first === undefined || last === undefined) return [];
  const inner = cutsOf(atoms, bins).map(({ edge }) => edge);
  const spread = Number.isFinite(last - first) ? last - first : 0;
  const low = first - guardAt(first, spread);
  const high = last + guardAt(last, spread);
  return [...(Number.isFinite(low) && low < first ? [low] : []), ...inner, ...(Number.isFinite(high) ? [high] : [])];
}

/** How far a score that is computed on another machine, or in 32 bits, may lie from where training saw it, relative to it. */
const SCORE_TOLERANCE = 1e-5;
/** A share of rows that may change bins with the last digits of their scores without a word. */
const LOOSE_SHARE = 0.002;

/**
 * Inner edges for scores: as `quantileEdges`, but without guards, and no edge where more than a few scores lie so near that their last
 * digits, which differ between training and serving, would decide on their bin.
 */
export function scoreEdges(scores: ArrayLike<number>, bins = 20): number[] {
  const atoms = atomsOf(scores, bins);
  const rows = atoms.reduce((sum, atom) => sum + atom.rows, 0);
  return cutsOf(atoms, bins)
    .filter(({ edge, above }) => rowsNear(atoms, edge, above) <= LOOSE_SHARE * rows)
    .map(({ edge }) => edge);
}

function rowsNear(atoms: readonly Atom[], edge: number, above: number): number {
  const reach = SCORE_TOLERANCE * Math.abs(edge);
  let rows = 0;
  for (let i = above; i < atoms.length && (atoms[i]?.value ?? 0) <= edge + reach; i++) rows += atoms[i]?.rows ?? 0;
  for (let i = above - 1; i >= 0 && (atoms[i]?.value ?? 0) >= edge - reach; i--) rows += atoms[i]?.rows ?? 0;
  return rows;
}

function atomsOf(values: ArrayLike<number | null>, bins: number): Atom[] {
  if (!Number.isInteger(bins) || bins < 1) throw new MillraceError('BAD_INPUT', `bins must be an integer of at least 1, got ${bins}`, { fields: { bins } });
  const atoms: { value: number; rows: number }[] = [];
  for (const value of sortedFinite(values)) {
    const last = atoms.at(-1);
    if (last?.value === value) last.rows++;
    else atoms.push({ value, rows: 1 });
  }
  return atoms;
}

interface Cut {
  readonly edge: number;
  /** Place of the first value above the edge. */
  readonly above: number;
}

function cutsOf(atoms: readonly Atom[], bins: number): Cut[] {
  const rows = atoms.reduce((sum, atom) => sum + atom.rows, 0);
  const isHeavy = (atom: Atom | undefined): boolean => atom !== undefined && (atoms.length <= 2 * bins || atom.rows >= rows / bins);
  const heavy = atoms.filter(isHeavy);
  const light = rows - heavy.reduce((sum, atom) => sum + atom.rows, 0);
  const share = light / Math.max(1, bins - heavy.length);
  const cuts: Cut[] = [];
  let [passed, wanted] = [0, share];
  for (const [i, atom] of atoms.entries()) {
    const next = atoms[i + 1];
    if (next === undefined) break;
    if (!isHeavy(atom)) passed += atom.rows;
    const isFull = !isHeavy(atom) && passed >= wanted;
    if (isFull) wanted = share * (Math.floor(passed / share) + 1);
    if (isFull || isHeavy(atom) || isHeavy(next)) cuts.push({ edge: between(atom.value, next.value), above: i + 1 });
  }
  return cuts;
}

/** A number t with low ≤ t < high, half-way where there is one: a bin ends with its upper edge. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

function guardAt(value: number, spread: number): number {
  return GUARD * Math.max(Math.abs(value), spread) || SMALLEST_GUARD;
}

function sortedFinite(values: ArrayLike<number | null>): Float64Array {
  const finite = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== null && value !== undefined && Number.isFinite(value)) finite[count++] = value;
  }
  return finite.subarray(0, count).toSorted();
}

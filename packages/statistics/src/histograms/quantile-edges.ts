import { MillraceError } from '@millrace/contracts';

/** How far below the smallest value the guard edge lies, relative to the value: wider than the rounding of FP32 (6e-8). */
const GUARD = 1e-6;

/**
 * Inner edges that cut `values` into `bins` bins of about equal share: the quantiles i/bins by linear interpolation
 * (NumPy's default), duplicates merged. Missing and non-finite values are left out; no value at all gives no edges.
 * Where the smallest value fills the first bin, a guard edge just below it keeps "lower than ever seen" a bin of its own.
 * Pass values in the precision that serving will see, or ties may fall on the other side of an edge.
 *
 * @throws MillraceError BAD_INPUT when `bins` is not an integer of at least 1.
 */
export function quantileEdges(values: ArrayLike<number | null>, bins = 10): number[] {
  if (!Number.isInteger(bins) || bins < 1) throw new MillraceError('BAD_INPUT', `bins must be an integer of at least 1, got ${bins}`, { fields: { bins } });
  const sorted = sortedFinite(values);
  const smallest = sorted[0];
  if (smallest === undefined) return [];
  const edges: number[] = [];
  for (let i = 1; i < bins; i++) {
    const edge = quantileOf(sorted, i / bins);
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  if (edges[0] === smallest) edges.unshift(smallest - GUARD * Math.max(1, Math.abs(smallest)));
  return edges;
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

function quantileOf(sorted: Float64Array, probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  const step = high - low;
  return Number.isFinite(step) ? low + step * (position - below) : low * (1 - (position - below)) + high * (position - below);
}

const SAMPLE_ROWS = 200_000;
/** A bin with fewer rows says nothing, and every bin costs time in every leaf. */
const LEAST_ROWS = 3;

/**
 * Upper bounds of the bins of a feature, ascending: bin b (from 1) holds thresholds[b-2] < x ≤ thresholds[b-1], the last bin all above.
 * Every distinct value gets its own bin while there are enough, unless it has fewer than three rows; otherwise bins hold about equally many rows.
 * Each threshold is a 32-bit float between two values of the data, so that `x <= threshold` means the same in the exported graph.
 */
export function chooseThresholds(values: Float32Array, maximumBins: number): Float32Array {
  const distinct = countDistinct(sampleOf(values));
  const valueBins = maximumBins - 1;
  const thresholds: number[] = [];
  let rowsLeft = distinct.reduce((sum, { rows }) => sum + rows, 0);
  let binRows = 0;
  for (const [i, { value, rows }] of distinct.entries()) {
    const next = distinct[i + 1];
    if (next === undefined) break;
    binRows += rows;
    const binsLeft = valueBins - thresholds.length;
    const full = distinct.length <= valueBins || binRows * binsLeft >= rowsLeft;
    if (!full || binsLeft <= 1 || binRows < LEAST_ROWS) continue;
    thresholds.push(between(value, next.value));
    rowsLeft -= binRows;
    binRows = 0;
  }
  return Float32Array.from(thresholds);
}

/** The bin of each value: from 1 in ascending order, 0 where the value is missing. */
export function binValues(values: Float32Array, thresholds: Float32Array): Uint8Array {
  const codes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (Number.isNaN(value)) continue;
    let low = 0;
    let high = thresholds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= (thresholds[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    codes[i] = low + 1;
  }
  return codes;
}

/** A 32-bit float t with low ≤ t < high. */
function between(low: number, high: number): number {
  const middle = Math.fround((low + high) / 2);
  return middle >= low && middle < high ? middle : low;
}

function sampleOf(values: Float32Array): Float32Array {
  const stride = Math.max(1, Math.floor(values.length / SAMPLE_ROWS));
  return values.filter((value, row) => row % stride === 0 && !Number.isNaN(value)).toSorted();
}

function countDistinct(sorted: Float32Array): { value: number; rows: number }[] {
  const distinct: { value: number; rows: number }[] = [];
  for (const value of sorted) {
    const last = distinct.at(-1);
    // -0 and 0 compare equal here, as they do in the graph.
    if (last !== undefined && last.value === value) last.rows++;
    else distinct.push({ value, rows: 1 });
  }
  return distinct;
}

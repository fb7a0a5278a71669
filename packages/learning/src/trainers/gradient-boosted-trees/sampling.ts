/** Fills `rows` with all row numbers: a random share of them first, the rest after. Returns how many were drawn. */
export function drawRows(rows: Int32Array, fraction: number, random: () => number): number {
  const count = rows.length;
  if (fraction >= 1) {
    for (let row = 0; row < count; row++) rows[row] = row;
    return count;
  }
  let drawn = 0;
  let left = count;
  for (let row = 0; row < count; row++) {
    if (random() < fraction) rows[drawn++] = row;
    else rows[--left] = row;
  }
  return drawn;
}

/** A random share of the features, at least one, in ascending order. */
export function drawFeatures(count: number, fraction: number, random: () => number): number[] {
  const all = Array.from({ length: count }, (_, feature) => feature);
  if (fraction >= 1) return all;
  const wanted = Math.max(1, Math.round(count * fraction));
  return all
    .map((feature) => ({ feature, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, wanted)
    .map(({ feature }) => feature)
    .toSorted((a, b) => a - b);
}

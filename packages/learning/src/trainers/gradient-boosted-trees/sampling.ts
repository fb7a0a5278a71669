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

/** A random share of the columns, at least one, in ascending order. */
export function drawColumns(count: number, fraction: number, random: () => number): Int32Array {
  const all = Array.from({ length: count }, (_, column) => column);
  if (fraction >= 1) return Int32Array.from(all);
  const wanted = Math.max(1, Math.round(count * fraction));
  const drawn = all
    .map((column) => ({ column, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, wanted);
  return Int32Array.from(drawn, ({ column }) => column).toSorted();
}

/**
 * p-values adjusted for their number (Benjamini and Hochberg 1995), as SciPy's `false_discovery_control`: those at most q are the
 * discoveries of which, in expectation, a share of at most q is false. Where nothing has changed at all, any discovery is made with
 * a probability of at most q.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((pValue, position) => ({ pValue, position })).toSorted((a, b) => b.pValue - a.pValue);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let smallest = 1;
  for (const [rank, { pValue, position }] of order.entries()) {
    smallest = Math.min(smallest, (pValue * pValues.length) / (pValues.length - rank));
    adjusted[position] = smallest;
  }
  return adjusted;
}

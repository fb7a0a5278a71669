const CELLS_PER_EDGE = 8;
const MOST_CELLS = 4096;

/**
 * Cells of one width over the range of some edges, each with the bin that its values begin in: a place to look for a bin from, found
 * without a search. The outermost edges may be guards, far from where most values lie, so the range is that of the others.
 */
export class BinGrid {
  readonly low: number;
  readonly cellsPerUnit: number;
  /** Every value at or above the beginning of a cell is in this bin or a later one. */
  readonly firstBins: Uint16Array | Uint32Array;

  /** `edges` are ascending. */
  constructor(edges: Float64Array) {
    const within = edges.length > 3 ? edges.subarray(1, -1) : edges;
    const low = within[0] ?? 0;
    const width = (within.at(-1) ?? 0) - low;
    const cells = Math.min(MOST_CELLS, CELLS_PER_EDGE * edges.length);
    const cellsPerUnit = cells / width;
    const isUsable = Number.isFinite(cellsPerUnit) && cellsPerUnit > 0;
    this.low = low;
    this.cellsPerUnit = isUsable ? cellsPerUnit : 0;
    this.firstBins = new Uint32Array(isUsable ? cells + 1 : 1);
    for (let cell = 1, bin = 0; cell < this.firstBins.length; cell++) {
      const begin = low + cell / cellsPerUnit;
      while (bin < edges.length && begin > (edges[bin] ?? 0)) bin++;
      this.firstBins[cell] = bin;
    }
  }
}

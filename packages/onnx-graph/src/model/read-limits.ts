import { malformed } from '../protobuf/protobuf-reader.ts';

/** How much of a file is read. A file beyond one of these is refused with a sentence that names it. */
export interface ReadLimits {
  /** Nodes of all graphs and functions together. */
  readonly nodes: number;
  /** Everything else that becomes an object: attributes, names of inputs and outputs, initializers, declared values, dimensions. */
  readonly parts: number;
  /** Graphs within nodes of graphs … */
  readonly depth: number;
  /** Of one name or text, in bytes of UTF-8. */
  readonly nameBytes: number;
  readonly rank: number;
  /** Values of one attribute or tensor that are kept; beyond it they are counted. */
  readonly values: number;
}

/** Larger than the largest graphs that are exported for one machine, small enough to be read in a second or two and some hundred megabytes. */
export const DEFAULT_LIMITS: ReadLimits = { nodes: 250_000, parts: 2_000_000, depth: 16, nameBytes: 4096, rank: 64, values: 4096 };

/** Counts what has been read of one file against its limits. */
export class ReadBudget {
  readonly limits: ReadLimits;
  #nodes = 0;
  #parts = 0;

  constructor(limits: ReadLimits) {
    this.limits = limits;
  }

  node(): void {
    if (++this.#nodes > this.limits.nodes) throw malformed(`it has more than ${this.limits.nodes} nodes`);
  }

  part(): void {
    if (++this.#parts > this.limits.parts) throw malformed(`it has more than ${this.limits.parts} attributes, names, initializers and dimensions`);
  }

  depth(depth: number): void {
    if (depth > this.limits.depth) throw malformed(`its graphs are nested more than ${this.limits.depth} deep`);
  }
}

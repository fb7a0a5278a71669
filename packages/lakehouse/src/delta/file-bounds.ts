import type { AddAction } from './actions.ts';

interface FileStatistics {
  readonly numRecords?: number;
  readonly minValues?: Readonly<Record<string, unknown>>;
  readonly maxValues?: Readonly<Record<string, unknown>>;
  readonly nullCount?: Readonly<Record<string, unknown>>;
}

/** The statistics of a data file. What another writer left out, or wrote in a form of its own, is not known. */
export function statisticsOf(file: AddAction): FileStatistics {
  if (file.stats === undefined) return {};
  try {
    const statistics: unknown = JSON.parse(file.stats);
    return typeof statistics === 'object' && statistics !== null ? statistics : {};
  } catch {
    return {};
  }
}

/** What the statistics of a data file say of its values. A file without statistics may hold anything. */
export class FileBounds {
  readonly #statistics: FileStatistics;

  constructor(file: AddAction) {
    this.#statistics = statisticsOf(file);
  }

  /** The least value of the column, or a beginning of it; `undefined` where that is not known. */
  leastOf(column: string): unknown {
    return this.#statistics.minValues?.[column];
  }

  /** Whether a text, or a number, from `from` to `to`, both included, may be in the column. */
  mayOverlap<Value extends string | number>(column: string, from: Value, to: Value): boolean {
    const minimum = this.#statistics.minValues?.[column];
    const maximum = this.#statistics.maxValues?.[column];
    return !(typeof minimum === typeof to && isAbove(minimum as Value, to)) && !(typeof maximum === typeof from && isAbove(from, maximum as Value));
  }

  /** As `mayOverlap`, for instants in milliseconds since the epoch. Statistics are cut to milliseconds. */
  mayOverlapInstants(column: string, from: number, to: number): boolean {
    const minimum = instantOf(this.#statistics.minValues?.[column]);
    const maximum = instantOf(this.#statistics.maxValues?.[column]);
    return !(minimum > to) && !(maximum + 1 < from);
  }
}

/** Statistics order texts by their UTF-8 bytes; JavaScript does not, where characters need two units. */
function isAbove(left: string | number, right: string | number): boolean {
  return typeof left === 'string' || typeof right === 'string' ? Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right))) > 0 : left > right;
}

/** NaN, which is on no side of anything, where there is no instant, or none of a year of four digits in UTC. */
function instantOf(value: unknown): number {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2}))?$/.test(value) ? Date.parse(value) : Number.NaN;
}

import { RowsMixed } from './rows-mixed.ts';

/**
 * The size of an axis, or an element of a tensor that sizes are calculated in: a product of a number, a power of the number of
 * rows, and names of open dimensions. Requests that are joined have the same open dimensions beyond the rows, so a name stands for
 * one number throughout a run, however many rows it has.
 */
export interface Size {
  readonly factor: number;
  /** The power of the number of rows. */
  readonly rows: number;
  /** Sorted. */
  readonly names: readonly string[];
}

const MOST_NAMES = 64;
const ANY = '?any';

export const ROWS: Size = { factor: 1, rows: 1, names: [] };

export function sizeOf(factor: number): Size {
  return { factor, rows: 0, names: [] };
}

export function named(name: string): Size {
  return { factor: 1, rows: 0, names: [name] };
}

/** The number that it is; undefined where it has other parts. */
export function numberOf({ factor, rows, names }: Size): number | undefined {
  return factor === 0 || (rows === 0 && names.length === 0) ? factor : undefined;
}

/** An element of which nothing is known; it may be negative, as the size of an axis is not. */
export function unknown(name: string): Size {
  return named(`${ANY}${name}`);
}

/** Whether it is that of an axis, or a product of such, so that it is not negative. */
export function isSize({ factor, names }: Size): boolean {
  return factor > 0 && !names.some((name) => name.startsWith(ANY));
}

export function isOne(size: Size): boolean {
  return numberOf(size) === 1;
}

export function areSame(a: Size, b: Size): boolean {
  return a.factor === b.factor && a.rows === b.rows && a.names.length === b.names.length && a.names.every((name, index) => name === b.names[index]);
}

export function times(a: Size, b: Size): Size {
  // Products of products double: a graph that was made for it would fill the memory.
  if (a.names.length + b.names.length > MOST_NAMES || Math.abs(a.factor * b.factor) > Number.MAX_SAFE_INTEGER)
    throw new RowsMixed('its sizes are too large to be followed');
  return { factor: a.factor * b.factor, rows: a.rows + b.rows, names: [...a.names, ...b.names].toSorted() };
}

export function product(sizes: readonly Size[]): Size {
  return sizes.reduce(times, sizeOf(1));
}

/** `a / b` where that is a size again; undefined where it is not, or is not known to be. */
export function quotient(a: Size, b: Size): Size | undefined {
  if (b.factor === 0 || a.rows < b.rows || !Number.isInteger(a.factor / b.factor)) return undefined;
  const names = [...a.names];
  for (const name of b.names) {
    const at = names.indexOf(name);
    if (at === -1) return undefined;
    names.splice(at, 1);
  }
  return { factor: a.factor / b.factor, rows: a.rows - b.rows, names };
}

import { RowsMixed } from './rows-mixed.ts';
import type { Size } from './size.ts';

/** Which node lets rows see each other, and how. */
export interface RowFault {
  /** The name of the node, that of its first output where it has none; "" where it is the graph itself. */
  readonly node: string;
  readonly operator: string;
  /** A clause about the node. */
  readonly reason: string;
}

/** What is known of a value of the graph about the rows of a request. */
export type RowValue = RowsValue | FixedValue | MixedValue;

/** Along `axis` lie the rows, in order, each as `shape[axis] / rows` steps; each step is made of its row alone, and of nothing that depends on how many there are. */
export interface RowsValue {
  readonly kind: 'rows';
  readonly axis: number;
  readonly shape: readonly Size[];
}

/** Made of no row. `values` are its elements where they are few and sizes can be calculated from them; those may depend on the number of rows. */
export interface FixedValue {
  readonly kind: 'fixed';
  /** Undefined: unknown. */
  readonly shape: readonly Size[] | undefined;
  readonly values: readonly Size[] | undefined;
  /** Elements that are not whole numbers, of a constant of the file. */
  readonly floats?: readonly number[] | undefined;
}

/** Nothing may be concluded of it. */
export interface MixedValue {
  readonly kind: 'mixed';
  readonly fault: RowFault;
}

/** No real tensor has more axes; graphs that were made to exhaust whoever reads them do. */
const HIGHEST_RANK = 64;
/** Sizes are calculated in short lists. */
const LONGEST_LIST = 1024;

export function rowsValue(axis: number, shape: readonly Size[]): RowsValue {
  requireShape(shape);
  if (shape[axis]?.rows !== 1 || shape.some(({ rows }, index) => index !== axis && rows !== 0)) throw new RowsMixed('it moves rows to more than one axis');
  return { kind: 'rows', axis, shape };
}

export function fixedValue(shape?: readonly Size[], values?: readonly Size[]): FixedValue {
  if (shape !== undefined) requireShape(shape);
  if (shape?.some(({ rows }) => rows !== 0)) throw new RowsMixed('it has as many elements as there are rows, without being made of them');
  if (values === undefined || values.length <= LONGEST_LIST) return { kind: 'fixed', shape, values };
  if (values.some(({ rows }) => rows !== 0)) throw new RowsMixed('it calculates with the number of rows');
  return { kind: 'fixed', shape, values: undefined };
}

function requireShape(shape: readonly Size[]): void {
  if (shape.length > HIGHEST_RANK) throw new RowsMixed(`it gives a tensor of ${shape.length} dimensions`);
  if (shape.some(({ factor }) => factor < 0)) throw new RowsMixed('it gives a negative size');
}

/** Whether its elements depend on how many rows there are. */
export function countsRows(value: RowValue | undefined): boolean {
  return value?.kind === 'fixed' && (value.values?.some(({ rows }) => rows !== 0) ?? false);
}

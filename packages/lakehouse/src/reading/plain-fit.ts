import type { Known } from './byte-column.ts';
import type { PlainNumber } from './plain-number.ts';
import { decimalOf, type ScalarType } from './read-type.ts';

/** Whether a value fits a declared type by what its bytes say: its form and the digits of a number before and after the point. `false` says nothing. */
export type FitsPlainly = (known: Known, number: PlainNumber) => boolean;

/** So many digits fit, whatever they are. */
const SAFE_DIGITS: Readonly<Record<string, number>> = { byte: 2, short: 4, integer: 9, long: 15 };
/** Six digits come back from a float as they went in. */
const FLOAT_DIGITS = 6;

/** The quick answer for a declared type. */
export function fitsPlainly(type: ScalarType): FitsPlainly {
  const digits = SAFE_DIGITS[type];
  if (digits !== undefined) return (known, { whole, fraction }) => known === 'number' && fraction === 0 && whole <= digits;
  if (type === 'double') return (known) => known === 'number';
  if (type === 'float') return (known, { whole, fraction }) => known === 'number' && whole + fraction <= FLOAT_DIGITS;
  if (type === 'date') return (known) => known === 'date';
  if (type === 'timestamp') return (known) => known === 'date' || known === 'timestamp';
  const decimal = decimalOf(type);
  if (decimal === undefined) return () => false;
  return (known, { whole, fraction }) => known === 'number' && whole <= decimal.precision - decimal.scale && fraction <= decimal.scale;
}

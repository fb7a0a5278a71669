import type { Comparator } from '@millrace/contracts';

const SYMBOLS: Readonly<Record<Comparator, string>> = { GTE: '≥', GT: '>', LTE: '≤', LT: '<' };

/** Whether `value` satisfies the criterion. */
export function satisfies(value: number, comparator: Comparator, threshold: number): boolean {
  switch (comparator) {
    case 'GTE':
      return value >= threshold;
    case 'GT':
      return value > threshold;
    case 'LTE':
      return value <= threshold;
    case 'LT':
      return value < threshold;
  }
}

/** The criterion as people write it: `≥ 0.7`. */
export function criterionText(comparator: Comparator, threshold: number): string {
  return `${SYMBOLS[comparator]} ${numberText(threshold)}`;
}

/** A number with at most five significant digits. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(5)));
}

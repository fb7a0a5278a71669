import type { AssignedVersion, Histogram, TensorSpec } from '@millrace/contracts';
import { allocateData, elementCount, type NamedTensors, type TensorData } from '../tensor/tensor.ts';

/** How made-up inputs look. */
export interface TrialStyle {
  /** `wide`: numbers of many sizes, whole numbers to 100, words. `small`: floats below one, 0 and 1, digits. `empty`: zeros and empty texts. */
  readonly values: 'wide' | 'small' | 'empty';
  /** The size of open dimensions other than that of the rows. */
  readonly open: number;
}

type Described = Pick<AssignedVersion, 'signature' | 'referenceProfile'>;

/** A row of this number is far larger than all others, so that it shows where one scale is taken for all. */
export const EXTREME_ROW = 99;
const EXTREME = 64;

/**
 * Inputs made from the signature for trying a model out: row i depends on `rows[i]` alone, so the same row comes again in any company.
 * Values come from the reference profile of the feature with the same name where there is one. Tensors with a fixed first dimension, or
 * none, are made of the first row.
 */
export function trialInputs({ signature, referenceProfile }: Described, style: TrialStyle, rows: readonly number[]): NamedTensors {
  return Object.fromEntries(
    signature.inputs.map((spec, index) => {
      const trailing = spec.shape.slice(1).map((dimension) => (dimension === -1 ? style.open : dimension));
      const isOpen = spec.shape[0] === -1;
      const shape = spec.shape.length === 0 ? [] : [isOpen ? rows.length : (spec.shape[0] ?? 1), ...trailing];
      const data = allocateData(spec.datatype, elementCount(shape));
      const width = isOpen ? elementCount(trailing) : data.length;
      const histogram = referenceProfile?.features[spec.name];
      for (const [at, row] of rows.entries()) {
        if (at > 0 && !isOpen) break;
        fillRow(spec, data, { from: at * width, width, style, histogram, random: randomNumbers(row * 8191 + index * 131 + 7), isExtreme: row === EXTREME_ROW });
      }
      return [spec.name, { datatype: spec.datatype, shape, data }];
    }),
  );
}

interface RowFilling {
  readonly from: number;
  readonly width: number;
  readonly style: TrialStyle;
  readonly histogram: Histogram | undefined;
  readonly random: () => number;
  readonly isExtreme: boolean;
}

function fillRow({ datatype }: TensorSpec, data: TensorData, { from, width, style, histogram, random, isExtreme }: RowFilling): void {
  for (let at = from; at < from + width; at++) {
    if (Array.isArray(data)) data[at] = histogram === undefined ? textOf(style, random) : String(profiled(histogram, random));
    else {
      const value = histogram === undefined ? numberOf(datatype, style, random, isExtreme) : Number(profiled(histogram, random)) || 0;
      if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[at] = BigInt(Math.trunc(value));
      else data[at] = value;
    }
  }
}

function profiled(histogram: Histogram, random: () => number): string | number {
  const values: readonly (string | number)[] = histogram.kind === 'categorical' ? histogram.values : histogram.edges;
  return values[Math.floor(random() * values.length)] ?? (histogram.kind === 'categorical' ? '' : 0);
}

function textOf({ values }: TrialStyle, random: () => number): string {
  if (values === 'empty') return '';
  return values === 'small' ? String(Math.floor(random() * 2)) : `${String.fromCharCode(97 + Math.floor(random() * 26))}${Math.floor(random() * 100)}`;
}

function numberOf(datatype: TensorSpec['datatype'], { values }: TrialStyle, random: () => number, isExtreme: boolean): number {
  if (values === 'empty') return 0;
  if (datatype === 'BOOL') return Math.floor(random() * 2);
  // Half-precision numbers are bits: a sign, an exponent near that of one, a fraction.
  if (datatype === 'FP16' || datatype === 'BF16') return (random() < 0.5 ? 0 : 0x8000) | ((13 + Math.floor(random() * 4)) << 10) | Math.floor(random() * 1024);
  if (datatype !== 'FP32' && datatype !== 'FP64') return values === 'small' ? Math.floor(random() * 2) : 1 + Math.floor(random() * 100);
  const size = values === 'small' ? 0.05 + 0.9 * random() : (random() < 0.5 ? -1 : 1) * 10 ** (3 * random() - 1.5);
  return isExtreme && values === 'wide' ? size * EXTREME : size;
}

/** Mulberry32: numbers from 0 to 1 that are the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

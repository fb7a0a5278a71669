import { MillraceError } from '@millrace/contracts';
import type { NamedTensors, Tensor } from '../tensor/tensor.ts';
import { EXTREME_ROW } from './trial-inputs.ts';
import type { Trial, TrialSession } from './trial.ts';

/** Sums in another order give other last digits; rows that see each other give other numbers. */
const TOLERANCE = 1e-3;
const COMPANY = [1, 2, 3, EXTREME_ROW, 4];
/** The first, one in the middle and the last. */
const ALONE = [0, 2, 4];

/** What the check saw. */
export interface RowsApart {
  /** Why rows cannot be joined; undefined: each gave the same alone and in company. */
  readonly reason: string | undefined;
  /** What the company gave; undefined where it could not be run. */
  readonly outputs: NamedTensors | undefined;
}

/** Runs rows alone and in company, and compares what each gave: shapes, and values. */
export async function checkRowsApart(trial: Trial, session: TrialSession): Promise<RowsApart> {
  let together: NamedTensors;
  try {
    together = (await session.runTensors(trial.inputs(COMPANY))).outputs;
  } catch (error) {
    return { reason: `${COMPANY.length} rows cannot be joined: ${messageOf(error)}`, outputs: undefined };
  }
  for (const place of ALONE) {
    let alone: NamedTensors;
    try {
      alone = (await session.runTensors(trial.inputs([COMPANY[place] ?? 0]))).outputs;
    } catch (error) {
      return { reason: `a row that can be run in company cannot be run alone: ${messageOf(error)}`, outputs: together };
    }
    for (const [name, tensor] of Object.entries(alone)) {
      const reason = differenceOf(name, tensor, together[name], place);
      if (reason !== undefined) return { reason, outputs: together };
    }
  }
  return { reason: undefined, outputs: together };
}

function messageOf(error: unknown): string {
  if (!(error instanceof MillraceError) || error.code !== 'MODEL_INVALID') throw error;
  return error.message;
}

function differenceOf(name: string, alone: Tensor, together: Tensor | undefined, place: number): string | undefined {
  const rows = COMPANY.length;
  const expected = [rows, ...alone.shape.slice(1)];
  if (alone.shape[0] !== 1 || together === undefined || together.shape.join() !== expected.join())
    return `two rows cannot be joined: output "${name}" has shape [${alone.shape.join(',')}] for one row and [${together?.shape.join(',') ?? ''}] for ${rows}`;
  const width = alone.data.length;
  const scale = largest(alone);
  for (let at = 0; at < width; at++) {
    if (!areClose(alone, alone.data[at], together.data[place * width + at], scale))
      return `two rows cannot be joined: output "${name}" gave a row ${show(alone.data[at])} alone and ${show(together.data[place * width + at])} in company`;
  }
  return undefined;
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function largest({ data }: Tensor): number {
  let size = 0;
  if (!Array.isArray(data)) for (const value of data) if (Number.isFinite(Number(value))) size = Math.max(size, Math.abs(Number(value)));
  return size;
}

function areClose({ datatype }: Tensor, a: unknown, b: unknown, scale: number): boolean {
  if (a === b) return true;
  if (datatype === 'FP16') return Math.abs(halfOf(Number(a)) - halfOf(Number(b))) <= 0.01 * Math.max(1, Math.abs(halfOf(Number(a))));
  if (datatype !== 'FP32' && datatype !== 'FP64') return false;
  const [first, second] = [Number(a), Number(b)];
  return (Number.isNaN(first) && Number.isNaN(second)) || Math.abs(first - second) <= TOLERANCE * scale + 1e-6;
}

/** The number that half-precision bits are; what is not finite is NaN, so that it is close to nothing but itself. */
function halfOf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 31 ? Number.NaN : exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

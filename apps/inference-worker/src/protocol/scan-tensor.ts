import type { TensorDatatype } from '@millrace/contracts';
import { allocateData, elementCount, type TensorData } from '../engine/tensor/tensor.ts';
import { INTEGER_RANGES } from './integer-ranges.ts';
import type { JsonScanner } from './json-scanner.ts';
import { scanFloats, scanIntegers, scanWideIntegers } from './scan-numbers.ts';

const OPEN = 91;
const CLOSE = 93;
const COMMA = 44;

/** Scans one row of plain numbers from `start` into a tensor; gives the index behind its closing bracket, or -1. */
type RowScanner = (start: number, from: number, count: number) => number;

/**
 * Scans an array of plain numbers, flat or nested as the shape says, into a tensor. Undefined where it is anything else; the scanner stands where it
 * stood then.
 */
export function scanTensor(scanner: JsonScanner, datatype: TensorDatatype, shape: readonly number[]): TensorData | undefined {
  if (datatype === 'BYTES' || datatype === 'BOOL' || datatype === 'FP16' || datatype === 'BF16') return undefined;
  const count = elementCount(shape);
  // Each value takes a byte at least, so no more is allocated than a small multiple of the body.
  if (!(count > 0 && count <= scanner.bytes.length - scanner.at)) return undefined;
  const data = allocateData(datatype, count);
  const scanRow = rowScannerOf(scanner, datatype, data);
  const start = behindSpace(scanner.bytes, scanner.at + 1);
  const nested = scanner.bytes[start] === OPEN;
  const end = nested ? scanAxis(scanner.bytes, scanner.at, { shape, axis: 0, from: 0, scanRow }) : scanRow(start, 0, count);
  if (end === -1) return undefined;
  scanner.at = end;
  return data;
}

function rowScannerOf({ bytes, words }: JsonScanner, datatype: TensorDatatype, data: TensorData): RowScanner {
  if (data instanceof Float32Array || data instanceof Float64Array) return (start, from, count) => scanFloats({ bytes, words }, start, data, { from, count });
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return (start, from, count) => scanWideIntegers(bytes, start, data, { from, count });
  const range = INTEGER_RANGES[datatype];
  if (range === undefined || Array.isArray(data)) return () => -1;
  return (start, from, count) => scanIntegers(bytes, start, data, { from, count, ...range });
}

interface Axis {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly from: number;
  readonly scanRow: RowScanner;
}

/** Scans the array of one axis, whose opening bracket is the next byte that is no white space. */
function scanAxis(bytes: Buffer, start: number, { shape, axis, from, scanRow }: Axis): number {
  const length = shape[axis];
  let at = behindSpace(bytes, start);
  if (length === undefined || bytes[at] !== OPEN) return -1;
  at++;
  if (axis === shape.length - 1) return scanRow(at, from, length);
  const width = elementCount(shape) / elementCount(shape.slice(0, axis + 1));
  for (let i = 0; i < length; i++) {
    at = scanAxis(bytes, at, { shape, axis: axis + 1, from: from + i * width, scanRow });
    if (at === -1) return -1;
    at = behindSpace(bytes, at);
    if (bytes[at] !== (i === length - 1 ? CLOSE : COMMA)) return -1;
    at++;
  }
  return at;
}

function behindSpace(bytes: Buffer, start: number): number {
  let at = start;
  for (let byte = bytes[at]; byte === 32 || byte === 10 || byte === 13 || byte === 9; byte = bytes[++at]);
  return at;
}

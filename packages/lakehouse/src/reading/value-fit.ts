import { DuckDBDateValue, DuckDBTimestampTZValue, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import { bare, isBoolean, USUAL_NULLS, type TextFormat } from './column-evidence.ts';
import { shown } from './line-fault.ts';
import { doubleOf } from './number-evidence.ts';
import { decimalText, isExact, placesOf, plainDouble, readNumber, specialNumber, wholeOf, type WrittenNumber } from './number-text.ts';
import { decimalOf, type ScalarType } from './read-type.ts';

/** Why a text is no value of a type. */
export class Misfit {
  readonly reason: string;

  constructor(text: string, type: ScalarType, because: string) {
    this.reason = `${shown(text)} does not fit ${type}: ${because}`;
  }
}

/** Turns a text into the value that a column of the type is staged with, never into another one. */
export type Convert = (text: string | null) => DuckDBValue | Misfit;

const RANGES: Readonly<Record<string, number>> = { byte: 7, short: 15, integer: 31, long: 63 };

/** The conversion of texts to a type, texts for nothing included. Where every text is known to fit, doubles are not looked at again. */
export function convertTo(type: ScalarType, format: TextFormat, isKnownToFit = false): Convert {
  const { nullTexts } = format;
  if (type === 'string') return nullTexts === undefined ? (text) => text : (text) => (text === null || nullTexts.has(text) ? null : text);
  const convert = conversionOf(type, format, isKnownToFit);
  const nulls = nullTexts ?? USUAL_NULLS;
  return (text) => {
    if (text === null || nulls.has(text)) return null;
    const trimmed = bare(text);
    return trimmed === '' ? null : convert(trimmed);
  };
}

function conversionOf(type: ScalarType, format: TextFormat, isKnownToFit: boolean): (text: string) => DuckDBValue | Misfit {
  if (type === 'boolean') return (text) => (isBoolean(text) ? text.length === 4 : new Misfit(text, type, 'it is neither true nor false'));
  if (type === 'date' || type === 'timestamp' || type === 'timestamp_tz') return timeConversion(type, format);
  const decimal = decimalOf(type);
  const bits = RANGES[type];
  const isPlain = format.number.decimal === '.' && format.number.thousands === undefined;
  if (isPlain && isKnownToFit && type === 'double')
    return (text) => {
      const value = Number(text);
      return Number.isNaN(value) ? (specialNumber(text) ?? new Misfit(text, type, 'it is not a number')) : value;
    };
  return (text) => {
    const quick = isPlain ? quickly(text, type) : undefined;
    if (quick !== undefined) return quick;
    const number = readNumber(text, format.number);
    if (number === undefined) return specialOf(text, type) ?? new Misfit(text, type, 'it is not a number');
    if (decimal !== undefined) return decimalConversion(text, type, number, decimal);
    return bits === undefined ? binaryConversion(text, type, number) : wholeConversion(text, type, number, bits);
  };
}

/** The two types that nearly all numbers have, for texts that plainly fit. */
function quickly(text: string, type: ScalarType): DuckDBValue | undefined {
  if (type === 'double') return plainDouble(text);
  if (type !== 'long') return undefined;
  const value = plainDouble(text);
  return value !== undefined && Number.isSafeInteger(value) && !text.includes('.') ? BigInt(value) : undefined;
}

function specialOf(text: string, type: ScalarType): number | undefined {
  return type === 'double' || type === 'float' ? specialNumber(text) : undefined;
}

function wholeConversion(text: string, type: ScalarType, number: WrittenNumber, bits: number): DuckDBValue | Misfit {
  const value = wholeOf(number);
  if (value === undefined) return new Misfit(text, type, 'it has a fraction');
  const limit = 1n << BigInt(bits);
  if (value < -limit || value >= limit) return new Misfit(text, type, `it is not between ${-limit} and ${limit - 1n}`);
  return type === 'long' ? value : Number(value);
}

function binaryConversion(text: string, type: ScalarType, number: WrittenNumber): DuckDBValue | Misfit {
  const nearest = doubleOf(number);
  const value = type === 'float' ? Math.fround(nearest) : nearest;
  return isExact(number, value) ? value : new Misfit(text, type, `it would become ${value}`);
}

function decimalConversion(
  text: string,
  type: ScalarType,
  number: WrittenNumber,
  { precision, scale }: { readonly precision: number; readonly scale: number },
): DuckDBValue | Misfit {
  const { whole, fraction } = placesOf(number);
  if (fraction > scale) return new Misfit(text, type, `it has ${fraction} digits after the decimal point`);
  if (whole > precision - scale) return new Misfit(text, type, `it has ${whole} digits before the decimal point`);
  return decimalText(number);
}

function timeConversion(type: ScalarType, { time }: TextFormat): (text: string) => DuckDBValue | Misfit {
  if (type === 'date')
    return (text) => {
      const days = time.date(text);
      if (days !== undefined) return new DuckDBDateValue(days);
      return new Misfit(text, type, time.timestamp(text) === undefined ? 'it is not a date of the format' : 'it has a time of day');
    };
  return (text) => {
    const micros = time.timestamp(text)?.micros ?? midnightOf(time.date(text));
    if (micros === undefined) return new Misfit(text, type, 'it is not a time of the format');
    return type === 'timestamp_tz' ? new DuckDBTimestampTZValue(micros) : new DuckDBTimestampValue(micros);
  };
}

function midnightOf(days: number | undefined): bigint | undefined {
  return days === undefined ? undefined : BigInt(days) * 86_400_000_000n;
}

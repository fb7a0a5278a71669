import { expect, it } from 'vitest';
import { doubleOf, NumberEvidence } from './number-evidence.ts';
import { decimalText, isExact, plainDouble, readNumber } from './number-text.ts';

/** More digits than a double has. */
const LONG_DIGITS = 24;

/** Numbers of every size, from a seed. */
function* numbers(count: number): Generator<number> {
  let state = 12345n;
  const bits = new DataView(new ArrayBuffer(8));
  for (let made = 0; made < count; made += 1) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    bits.setBigUint64(0, state ^ (state >> 29n));
    const value = bits.getFloat64(0);
    if (Number.isFinite(value)) yield value;
  }
}

it('every double is read back from the shortest text, from 17 digits and from 25', () => {
  for (const value of numbers(20_000)) {
    for (const text of [String(value), value.toExponential(16), value.toExponential(LONG_DIGITS)]) {
      const written = readNumber(text.replace('e+', 'e'), { decimal: '.' });
      if (written === undefined) throw new Error(`${text} is a number`);
      expect(doubleOf(written)).toBe(value);
      expect(isExact(written, value)).toBe(true);
    }
  }
});

it('the quick way says nothing else than the thorough one', () => {
  for (const value of numbers(20_000)) {
    const scaled = (value % 1e9) / 64;
    for (const text of [String(scaled), scaled.toFixed(2), scaled.toFixed(0), `0${scaled.toFixed(3)}`, scaled.toFixed(14)]) {
      const quick = plainDouble(text);
      if (quick === undefined) continue;
      const written = readNumber(text, { decimal: '.' });
      expect(written === undefined ? text : doubleOf(written)).toBe(quick);
      expect(written !== undefined && isExact(written, quick)).toBe(true);
    }
  }
  for (const text of ['007', '-07', '-0', '+1', '1.', '', '-', '.5', '1e3', '1.2.3', '12345678901234567', '0.12345678901234567891'])
    expect([text, plainDouble(text)]).toEqual([text, text === '1.' ? 1 : undefined]);
});

it('a decimal is written as it was, digit by digit', () => {
  for (const [text, decimal] of [
    ['12.50', '12.5'],
    ['-0.001', '-0.001'],
    ['1.5e3', '1500'],
    ['12e-3', '0.012'],
    ['0', '0'],
    ['-0.0', '0'],
    ['100', '100'],
  ] as const) {
    const written = readNumber(text, { decimal: '.' });
    expect(written === undefined ? undefined : decimalText(written)).toBe(decimal);
  }
});

it('what was found of parts of a column holds of the whole', () => {
  for (const [left, right, type] of [
    [['1'], ['2'], 'long'],
    [['1'], ['2.5'], 'double'],
    [['9007199254740993'], ['2.5'], 'decimal(17,1)'],
    [['9223372036854775808'], ['1'], 'decimal(38,0)'],
    [['123456789012345678901234567890'], ['0.12345678901'], 'string'],
    [['12345678901234567.89'], ['NaN'], 'string'],
  ] as const) {
    const one = new NumberEvidence();
    const other = new NumberEvidence();
    const whole = new NumberEvidence();
    for (const text of left) for (const evidence of [one, whole]) evidence.add(text);
    for (const text of right) for (const evidence of [other, whole]) evidence.add(text);
    one.merge(other);
    expect([one.type, whole.type]).toEqual([type, type]);
  }
});

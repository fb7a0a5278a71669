import { expect, it } from 'vitest';
import { LONGEST_NUMBER, writeNumber } from './write-number.ts';

const bytes = Buffer.alloc(2 * LONGEST_NUMBER);
const write = (value: number): string => bytes.toString('latin1', 3, writeNumber(bytes, 3, value));

function check(value: number): void {
  if (!Number.isFinite(value)) return;
  const text = write(value);
  if (JSON.parse(text) !== value || text.length > LONGEST_NUMBER) throw new Error(`${value} became ${text}`);
}

it('numbers read back as the same double, whatever their bits', () => {
  const bits = new Uint32Array(2);
  const single = new Float32Array(bits.buffer);
  const double = new Float64Array(bits.buffer);
  let state = 2463534242;
  const random = (): number => (state = Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
  for (let i = 0; i < 30_000; i++) {
    bits[0] = random();
    bits[1] = random();
    check(single[0] ?? 0);
    check(double[0] ?? 0);
    // Where most features are, and the fast way is taken: from 2⁻¹² to 2²⁶.
    bits[0] = ((115 + (random() % 38)) << 23) | (random() >>> 9) | (random() & 0x80000000);
    check(single[0] ?? 0);
    check(random() / 1000);
  }
});

it('whole numbers, edges and what is not finite are written as JSON writes them', () => {
  const edges = [0, 9, 10, 99_999_999, 100_000_000, -7, 0.5, -0.25, 2 ** -10, 2 ** -6, 2 ** 24, 1e21, 5e-324, Number.MAX_VALUE];
  for (const value of edges) expect(write(value)).toBe(JSON.stringify(value));
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) expect(write(value)).toBe('null');
});

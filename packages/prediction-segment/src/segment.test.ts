import { expect, it } from 'vitest';
import type { SegmentHead } from '@millrace/contracts';
import { eventIdsOf, type PredictionRows } from './prediction-rows.ts';
import { numbersOfHalves } from './half-numbers.ts';
import { SegmentEncoder } from './segment-encoder.ts';
import { readSegment, readWholeSegment } from './segment-reader.ts';

const HEAD: SegmentHead = { endpointId: 'ep_1', endpoint: 'flüge', windowSeconds: 3600 };

/** Rows with a column of every datatype, at the edges of what it holds. */
const EDGES: PredictionRows = {
  modelVersionId: 'mv_1',
  rows: 3,
  ids: ['r/ü', 'own\0'],
  spans: Int32Array.of(2, 0),
  times: Float64Array.of(-62_135_596_800_000, 1.7e12, 253_402_300_799_999, 9e9),
  scores: Float64Array.of(0.1, Number.NaN, -0),
  features: [
    { name: 'bool', datatype: 'BOOL', width: 1, values: Uint8Array.of(0, 1, 1) },
    { name: 'u8', datatype: 'UINT8', width: 1, values: Uint8Array.of(0, 255, 7) },
    { name: 'u16', datatype: 'UINT16', width: 1, values: Uint16Array.of(0, 65_535, 7) },
    { name: 'u32', datatype: 'UINT32', width: 1, values: Uint32Array.of(0, 4_294_967_295, 7) },
    { name: 'u64', datatype: 'UINT64', width: 1, values: BigUint64Array.of(0n, 18_446_744_073_709_551_615n, 7n) },
    { name: 'i8', datatype: 'INT8', width: 1, values: Int8Array.of(-128, 127, 0) },
    { name: 'i16', datatype: 'INT16', width: 1, values: Int16Array.of(-32_768, 32_767, 0) },
    { name: 'i32', datatype: 'INT32', width: 1, values: Int32Array.of(-2_147_483_648, 2_147_483_647, 0) },
    { name: 'i64', datatype: 'INT64', width: 1, values: BigInt64Array.of(9_007_199_254_740_993n, -9_223_372_036_854_775_808n, 0n) },
    { name: 'f16', datatype: 'FP16', width: 1, values: Uint16Array.of(0x7e00, 0x3c00, 0) },
    { name: 'f32', datatype: 'FP32', width: 1, values: Float32Array.of(0.1, Number.NaN, Number.NEGATIVE_INFINITY) },
    { name: 'f64', datatype: 'FP64', width: 2, values: Float64Array.of(0.1, -0, Number.MAX_VALUE, Number.MIN_VALUE, Number.NaN, Number.POSITIVE_INFINITY) },
    { name: 'text "quoted"', datatype: 'BYTES', width: 1, values: ['', 'a\0b\u{1F600}', '\n"\\'] },
    { name: 'none', datatype: 'INT32', width: 0, values: new Int32Array(0) },
  ],
};

function rowsOf(count: number, name = 'mv_1'): PredictionRows {
  const texts = Array.from({ length: count }, (_, i) => `city ${i % 5}`);
  return {
    modelVersionId: name,
    rows: count,
    ids: Array.from({ length: count }, (_, i) => `${name}-${i}`),
    spans: new Int32Array(count),
    times: Float64Array.from({ length: count }, (_, i) => i),
    scores: Float64Array.from({ length: count }, (_, i) => i / count),
    features: [
      { name: 'city', datatype: 'BYTES', width: 1, values: texts },
      { name: 'distance', datatype: 'FP32', width: 1, values: Float32Array.from(texts, (_, i) => i) },
    ],
  };
}

/** The bytes of a segment, and where each of its commits ends. */
function encode(...commits: readonly (readonly PredictionRows[])[]): { readonly bytes: Buffer; readonly ends: readonly number[] } {
  const encoder = new SegmentEncoder();
  const parts = [Buffer.from(encoder.head(HEAD))];
  for (const chunks of commits) parts.push(Buffer.from(encoder.rows(chunks).bytes));
  let end = 0;
  return { bytes: Buffer.concat(parts), ends: parts.map((part) => (end += part.length)) };
}

it('every value of every datatype comes through exactly', () => {
  const { head, blocks } = readWholeSegment(encode([EDGES]).bytes);
  expect(head).toEqual(HEAD);
  expect(blocks).toHaveLength(1);
  expect(blocks[0]).toEqual({ ...EDGES, times: EDGES.times.slice(0, 3) });
  expect(blocks.flatMap(eventIdsOf)).toEqual(['r/ü/0', 'r/ü/1', 'own\0']);
});

it('text that UTF-8 cannot carry is replaced, and spoils no other text', () => {
  const halves = ['\uD83D', '\uDE00', 'ä\uD800'];
  const chunk = { ...rowsOf(3), features: [{ name: 'text', datatype: 'BYTES' as const, width: 1, values: halves }] };
  expect(readWholeSegment(encode([chunk]).bytes).blocks[0]?.features[0]?.values).toEqual(['\uFFFD', '\uFFFD', 'ä\uFFFD']);
});

const cities = (values: string[]) => encode([{ ...rowsOf(2000), features: [{ name: 'city', datatype: 'BYTES', width: 1, values }] }]).bytes;

it('repeated text takes a fraction of its room, texts of their own as much as they have', () => {
  const [some, many] = [300, 2000].map((distinct) => Array.from({ length: 2000 }, (_, i) => `a rather long name of a city ${i % distinct}`));
  const [repeated, own] = [cities(some ?? []), cities(many ?? [])];
  expect(repeated.length).toBeLessThan(own.length / 1.5);
  expect(readWholeSegment(repeated).blocks).toMatchObject([{ features: [{ values: some }] }]);
  expect(readWholeSegment(own).blocks).toMatchObject([{ features: [{ values: many }] }]);
});

it('a schema stands once in a segment, and again after a commit that was not written', () => {
  const encoder = new SegmentEncoder();
  const head = Buffer.from(encoder.head(HEAD));
  const lost = encoder.rows([rowsOf(10), rowsOf(10, 'mv_2')]);
  const { length } = lost.bytes;
  lost.forget();
  const again = Buffer.from(encoder.rows([rowsOf(10), rowsOf(10, 'mv_2')]).bytes);
  expect(again.length).toBe(length);
  const next = Buffer.from(encoder.rows([rowsOf(10, 'mv_2'), rowsOf(10)]).bytes);
  expect(next.length).toBeLessThan(length);
  const { blocks } = readWholeSegment(Buffer.concat([head, again, next]));
  expect(blocks.map(({ modelVersionId, rows }) => [modelVersionId, rows])).toEqual([
    ['mv_1', 10],
    ['mv_2', 10],
    ['mv_2', 10],
    ['mv_1', 10],
  ]);
});

it('of a file that is cut anywhere the whole blocks are read, and no other', () => {
  const { bytes, ends } = encode([rowsOf(40)], [rowsOf(3), rowsOf(9, 'mv_2')], [rowsOf(20)]);
  for (let cut = 0; cut < bytes.length; cut += 3) {
    const { blocks, end } = readSegment(Buffer.from(bytes.subarray(0, cut)));
    expect(end).toBeLessThanOrEqual(cut);
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
    const whole = ends.filter((at) => at <= cut).length;
    expect(rows).toBeGreaterThanOrEqual([0, 0, 40, 52, 72][whole] ?? 0);
    expect(rows).toBeLessThanOrEqual([0, 40, 52, 72, 72][whole] ?? 0);
    if (end < cut) expect(() => readWholeSegment(Buffer.from(bytes.subarray(0, cut)))).toThrow(expect.objectContaining({ code: 'SOURCE_CORRUPT' }));
  }
});

it('a block with a byte that is not as it was written is not read, nor is what follows it', () => {
  const { bytes, ends } = encode([rowsOf(10)], [rowsOf(10)]);
  const [, first = 0] = ends;
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    const rows = readSegment(damaged).blocks.reduce((sum, block) => sum + block.rows, 0);
    expect(rows).toBe(at < first ? 0 : 10);
  }
});

it('blocks that lie about themselves, with a checksum that fits, are refused', () => {
  for (const [what, chunk] of [
    ['ids for other rows', { ...rowsOf(10), spans: Int32Array.from({ length: 10 }, () => 2) }],
    ['a span below zero', { ...rowsOf(10), spans: Int32Array.from({ length: 10 }, (_, i) => (i === 0 ? -1 : 0)) }],
    ['too few ids', { ...rowsOf(10), ids: ['a'] }],
  ] as const) {
    const { bytes } = encode([chunk]);
    expect(readSegment(bytes).blocks, what).toEqual([]);
    expect(() => readWholeSegment(bytes), what).toThrow(expect.objectContaining({ code: 'SOURCE_CORRUPT' }));
  }
});

it('bytes that do not begin at a multiple of 8 are read alike', () => {
  const { bytes } = encode([EDGES]);
  const shifted = Buffer.from(new ArrayBuffer(bytes.length + 16), 3, bytes.length);
  bytes.copy(shifted);
  expect(readWholeSegment(shifted).blocks).toEqual(readWholeSegment(bytes).blocks);
});

it('16 bits are the number that they stand for', () => {
  expect([...numbersOfHalves('FP16', Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00))]).toEqual([
    1,
    -2,
    65_504,
    2 ** -24,
    -0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ]);
  expect([...numbersOfHalves('BF16', Uint16Array.of(0x3f80, 0xc0a0, 0x7fc0))]).toEqual([1, -5, Number.NaN]);
});

import { expect, it } from 'vitest';
import { PARQUET_CASES } from './corpus/parquet-cases.fixture.ts';
import { bool, i32, numberOf, readStruct, writeStruct, type ThriftValue } from './thrift-compact.ts';

/** The footer of a file that was written by PyArrow. */
function footerOf(file: Buffer): Buffer {
  const length = file.readUInt32LE(file.length - 8);
  return file.subarray(file.length - 8 - length, file.length - 8);
}

it('a footer is written as it was read', () => {
  const files = PARQUET_CASES.flatMap(({ writes }) => writes).filter((write) => Buffer.isBuffer(write) && write.length > 100);
  expect(files.length).toBeGreaterThan(8);
  for (const file of files) expect(writeStruct(readStruct(footerOf(file as Buffer)))).toEqual(footerOf(file as Buffer));
});

it('fields may come far from each other, be negative, and be many', () => {
  const fields = new Map<number, ThriftValue>([
    [1, i32(-5)],
    [2, bool(true)],
    [40, { kind: 'list', type: 5, items: Array.from({ length: 300 }, (_, index) => i32(index - 150)) }],
    [41, { kind: 'struct', fields: new Map([[3, i32(2 ** 30)]]) }],
  ]);
  const bytes = writeStruct({ kind: 'struct', fields });
  const read = readStruct(bytes);
  expect(writeStruct(read)).toEqual(bytes);
  expect(numberOf(read.fields.get(1))).toBe(-5);
  expect(numberOf(read.fields.get(2))).toBeUndefined();
  const list = read.fields.get(40);
  expect(list?.kind === 'list' ? list.items.map(numberOf) : []).toEqual(Array.from({ length: 300 }, (_, index) => index - 150));
});

it.each([[[0x15]], [[0x18, 0x7f, 0x61]], [[0x1c, 0x15, 0x02]], [[0x1b, 0x00]]])('what is no structure is told: %j', (bytes) => {
  expect(() => readStruct(Buffer.from(bytes))).toThrow(RangeError);
});

import { expect, it } from 'vitest';
import { encodeHeaders } from './encode-headers.ts';
import { HpackDecoder } from './hpack-decoder.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function decode(decoder: HpackDecoder, block: Buffer): string[] {
  return (decoder.decode(block, 0, block.length) ?? []).map(({ name, value }) => `${name}: ${value}`);
}

const REQUESTS = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
  [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
];

it('decodes the requests of RFC 7541, appendix C.3 and C.4, which build on each other', () => {
  const plain = ['828684410f7777772e6578616d706c652e636f6d', '828684be58086e6f2d6361636865', '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565'];
  const huffman = ['828684418cf1e3c2e5f23a6ba0ab90f4ff', '828684be5886a8eb10649cbf', '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf'];
  for (const blocks of [plain, huffman]) {
    const decoder = new HpackDecoder();
    expect(blocks.map((block) => decode(decoder, bytes(block)))).toEqual(REQUESTS);
  }
});

it('forgets the oldest entries when the table is full or made smaller', () => {
  const decoder = new HpackDecoder();
  // Two entries of 38 bytes, in a table that then holds one, then none.
  expect(decode(decoder, bytes('40 03 616161 03 626262 40 03 636363 03 646464 bf be'))).toEqual(['aaa: bbb', 'ccc: ddd', 'aaa: bbb', 'ccc: ddd']);
  expect(decode(decoder, bytes('3f 09 be'))).toEqual(['ccc: ddd']);
  expect(() => decode(decoder, bytes('bf'))).toThrow('no field has the index 63');
  const emptied = new HpackDecoder();
  expect(decode(emptied, bytes('40 03 616161 03 626262 20'.slice(0, -3)))).toEqual(['aaa: bbb']);
  expect(() => decode(emptied, bytes('20 be'))).toThrow('no field has the index 62');
});

it('decodes what is written without a table', () => {
  const fields = [
    ['grpc-message', 'x'.repeat(5000)],
    ['grpc-status', '3'],
    ['a', ''],
  ] as const;
  const block = encodeHeaders(fields);
  expect(decode(new HpackDecoder(), block)).toEqual(fields.map(([name, value]) => `${name}: ${value}`));
});

it('what cannot be decoded ends the connection', () => {
  const blocks: [string, string][] = [
    ['80', 'no field has the index 0'],
    ['fe', 'no field has the index 126'],
    ['7fffffffff7f', 'a number beyond any length'],
    ['7f', 'a block ends too early'],
    ['0005 61', 'reaches beyond its block'],
    ['3fe23f', 'a table of 8193 bytes'],
    ['8220', 'changes its size amid a block'],
    ['00 84 ffffffff 00', 'holds its own end'],
    ['00 81 00 00', 'padded wrongly'],
    ['00 82 1fff 00', 'padded wrongly'],
  ];
  for (const [hex, message] of blocks) expect(() => decode(new HpackDecoder(), bytes(hex)), hex).toThrow(message);
});

it('of more than is taken nothing is kept but the table', () => {
  const bomb = Buffer.concat([encodeHeaders([]), bytes(`40 01 61 7f e1 0e ${'62'.repeat(2016)}`), Buffer.alloc(2000, 0xbe)]);
  const decoder = new HpackDecoder();
  expect(decoder.decode(bomb, 0, bomb.length)).toBeUndefined();
  expect(decode(decoder, bytes('be'))).toEqual([`a: ${'b'.repeat(2016)}`]);
});

import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { manyLines, type ReadingCase } from './reading-case.fixture.ts';

const TEXT = 'name,n\nÄnne,1\n日本,2\n';
const TABLE = 'name:string | n:long\nÄnne | 1\n日本 | 2';
const LATIN = 'name,n\nÄnne,1\nCafé,2\n';
const LATIN_TABLE = 'name:string | n:long\nÄnne | 1\nCafé | 2';
const LONG = `n,square\n${manyLines(20_000, (index) => `${index},${index * index}`)}`;

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function cut(bytes: Buffer, by = Math.floor(bytes.length / 2)): Buffer {
  return bytes.subarray(0, bytes.length - by);
}

function refusedWhenCut(name: string, file: string, bytes: Buffer): ReadingCase[] {
  return [
    { name: `${name}, cut in half`, files: { [file]: cut(bytes) }, refused: ['SOURCE_CORRUPT', file, 'cut off or damaged'] },
    { name: `${name}, without its last bytes`, files: { [file]: cut(bytes, 3) }, refused: ['SOURCE_CORRUPT', file, 'cut off or damaged'] },
  ];
}

export const ENCODING_CASES: readonly ReadingCase[] = [
  { name: 'UTF-8', files: TEXT, table: TABLE },
  { name: 'UTF-8 with a byte order mark', files: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(TEXT)]), table: TABLE },
  { name: 'UTF-16 little-endian with a byte order mark', files: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(TEXT, 'utf16le')]), table: TABLE },
  { name: 'UTF-16 big-endian with a byte order mark', files: Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be(TEXT)]), table: TABLE },
  { name: 'UTF-16 little-endian without a byte order mark', files: Buffer.from(LATIN, 'utf16le'), table: LATIN_TABLE },
  { name: 'UTF-16 big-endian without a byte order mark', files: utf16be(LATIN), table: LATIN_TABLE },
  { name: 'UTF-16, declared', files: Buffer.from(TEXT, 'utf16le'), reading: { encoding: 'utf-16le' }, table: TABLE },
  {
    name: 'UTF-16 that ends within a character',
    files: Buffer.concat([Buffer.from([0xff, 0xfe]), cut(Buffer.from(TEXT, 'utf16le'), 1)]),
    refused: ['SOURCE_CORRUPT', 'utf-16le', 'cut off'],
  },
  { name: 'UTF-32', files: Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), refused: ['SOURCE_CORRUPT', 'UTF-32'] },
  { name: 'Latin-1', files: Buffer.from(LATIN, 'latin1'), refused: ['SOURCE_CORRUPT', 'line 2', 'not UTF-8', '0xc4', 'encoding: "windows-1252" or "latin1"'] },
  {
    name: 'Latin-1 whose first letter comes late',
    files: Buffer.from(`name,n\n${manyLines(30_000, (index) => `a,${index}`)}é,1\n`, 'latin1'),
    refused: ['SOURCE_CORRUPT', 'line 30002', 'not UTF-8'],
  },
  { name: 'Latin-1, declared', files: Buffer.from(LATIN, 'latin1'), reading: { encoding: 'latin1' }, table: LATIN_TABLE },
  {
    name: 'Windows-1252, declared',
    files: Buffer.concat([Buffer.from('name,n\n'), Buffer.from([0x80, 0x2c, 0x31, 0x0a])]),
    reading: { encoding: 'windows-1252' },
    table: 'name:string | n:long\n€ | 1',
  },
  {
    name: 'Cyrillic, declared',
    files: Buffer.concat([Buffer.from('name,n\n'), Buffer.from([0xcf, 0xf0, 0xe8, 0x2c, 0x31, 0x0a])]),
    reading: { encoding: 'windows-1251' },
    table: 'name:string | n:long\nПри | 1',
  },
  {
    name: 'Shift JIS, declared',
    files: Buffer.concat([Buffer.from('name,n\n'), Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x2c, 0x31, 0x0a])]),
    reading: { encoding: 'shift_jis' },
    table: 'name:string | n:long\n日本 | 1',
  },
  {
    name: 'a wrong encoding, declared',
    files: Buffer.concat([Buffer.from('name,n\n'), Buffer.from([0x81, 0x20, 0x2c, 0x31, 0x0a])]),
    reading: { encoding: 'shift_jis' },
    refused: ['SOURCE_CORRUPT', 'shift_jis'],
  },
  { name: 'UTF-8 that ends within a character', files: cut(Buffer.from('name,n\na,1\n日'), 1), refused: ['SOURCE_CORRUPT', 'line 3', 'not UTF-8'] },
  { name: 'gzip', files: { 'data.csv.gz': gzipSync(TEXT) }, table: TABLE },
  { name: 'gzip of several members', files: { 'data.csv.gz': Buffer.concat([gzipSync('name,n\nÄnne,1\n'), gzipSync('日本,2\n')]) }, table: TABLE },
  { name: 'gzip without the name', files: { 'data.csv': gzipSync(TEXT) }, table: TABLE },
  { name: 'zstd', files: { 'data.csv.zst': zstdCompressSync(TEXT) }, table: TABLE },
  {
    name: 'zstd of several frames',
    files: { 'data.csv.zst': Buffer.concat([zstdCompressSync('name,n\nÄnne,1\n'), zstdCompressSync('日本,2\n')]) },
    table: TABLE,
  },
  {
    name: 'zstd with a frame to skip',
    files: { 'data.csv.zst': Buffer.concat([Buffer.from('502a4d1803000000616263', 'hex'), zstdCompressSync(TEXT)]) },
    table: TABLE,
  },
  {
    name: 'zstd with bytes behind it',
    files: { 'data.csv.zst': Buffer.concat([zstdCompressSync(TEXT), Buffer.from('more text')]) },
    refused: ['SOURCE_CORRUPT', 'cut off or damaged'],
  },
  { name: 'brotli', files: { 'data.csv.br': brotliCompressSync(TEXT) }, table: TABLE },
  ...refusedWhenCut('gzip', 'data.csv.gz', gzipSync(LONG)),
  ...refusedWhenCut('zstd', 'data.csv.zst', zstdCompressSync(LONG)),
  ...refusedWhenCut('brotli', 'data.csv.br', brotliCompressSync(LONG)),
  {
    name: 'gzip with bytes behind it',
    files: { 'data.csv.gz': Buffer.concat([gzipSync(TEXT), Buffer.from('more text')]) },
    refused: ['SOURCE_CORRUPT', 'cut off or damaged'],
  },
  {
    name: 'brotli of several streams',
    files: { 'data.csv.br': Buffer.concat([brotliCompressSync(TEXT), brotliCompressSync('Bob,3\n')]) },
    refused: ['SOURCE_CORRUPT', 'brotli says', 'bytes after its end'],
  },
  {
    name: 'brotli with bytes behind it',
    files: { 'data.csv.br': Buffer.concat([brotliCompressSync(TEXT), Buffer.from('more text')]) },
    refused: ['SOURCE_CORRUPT', '9 bytes after its end'],
  },
  { name: 'zlib', files: { 'data.csv': deflateSync(TEXT) }, refused: ['SOURCE_CORRUPT', 'zlib', 'gzip or zstd'] },
  {
    name: 'UTF-8 with two byte order marks',
    files: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf]), Buffer.from(TEXT)]),
    table: TABLE,
  },
  {
    name: 'files put together with their byte order marks',
    files: '\ufeffname,n\na,1\nb,2\n\ufeffname,n\nc,3\n',
    reading: { header: 'PRESENT' },
    refused: ['SOURCE_CORRUPT', 'line 4', 'the header again'],
  },
  { name: 'text by the name of gzip', files: { 'data.csv.gz': TEXT }, refused: ['SOURCE_CORRUPT', 'named .gz'] },
  { name: 'bzip2', files: { 'data.csv.bz2': Buffer.from('425a6839314159265359', 'hex') }, refused: ['SOURCE_CORRUPT', 'bzip2', 'gzip or zstd'] },
  { name: 'xz', files: { 'data.csv.xz': Buffer.from('fd377a585a000004', 'hex') }, refused: ['SOURCE_CORRUPT', 'xz'] },
  { name: 'zip', files: { 'data.csv': Buffer.from('504b030414000000', 'hex') }, refused: ['SOURCE_CORRUPT', 'zip'] },
  { name: 'a Parquet file as CSV', files: Buffer.from('PAR1\x15\x04\x15\x10\0\0PAR1'), refused: ['SOURCE_CORRUPT', 'NUL'] },
];

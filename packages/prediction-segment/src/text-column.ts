import { aligned } from './layout.ts';
import type { GrowingBytes } from './growing-bytes.ts';

/*
 * A column of text: four numbers (encoding, texts, bytes of all, whether all is ASCII), the length of each text in bytes, then the texts
 * one after the other. With a dictionary these are the distinct texts, and the number of its text follows for each value.
 */
const PLAIN = 0;
const DICTIONARY = 1;
const HEAD_BYTES = 16;
const LARGEST_DICTIONARY = 65_535;

/** Half of a surrogate pair is text to JavaScript, and to nobody who reads the column: it is replaced. */
export function writeTexts(out: GrowingBytes, texts: readonly string[], count: number): void {
  const dictionary = count < 8 ? undefined : dictionaryOf(texts, count);
  if (dictionary === undefined) writeList(out, texts, count, PLAIN);
  else {
    writeList(out, [...dictionary.numbers.keys()], dictionary.numbers.size, DICTIONARY);
    out.copy(dictionary.indices);
  }
}

interface TextDictionary {
  readonly numbers: ReadonlyMap<string, number>;
  readonly indices: Uint16Array;
}

/** Undefined when a dictionary would not make the column much smaller. */
function dictionaryOf(texts: readonly string[], count: number): TextDictionary | undefined {
  const most = Math.min(LARGEST_DICTIONARY, count >> 2);
  const numbers = new Map<string, number>();
  const indices = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const text = texts[i] ?? '';
    let number = numbers.get(text);
    if (number === undefined) {
      if (numbers.size >= most) return undefined;
      number = numbers.size;
      numbers.set(text, number);
    }
    indices[i] = number;
  }
  return { numbers, indices };
}

function writeList(out: GrowingBytes, texts: readonly string[], count: number, encoding: number): void {
  const head = out.add(HEAD_BYTES);
  const lengths = new Uint32Array(count);
  for (let i = 0; i < count; i++) lengths[i] = texts[i]?.length ?? 0;
  const whole = texts.length === count ? texts.join('') : texts.slice(0, count).join('');
  const lengthsAt = out.length;
  out.copy(lengths);
  const room = out.add(3 * whole.length);
  const bytes = room.buffer.write(whole, room.at, 'utf8');
  const isAscii = bytes === whole.length;
  let written = bytes;
  if (!isAscii) {
    written = 0;
    for (let i = 0; i < count; i++) {
      const length = room.buffer.write(texts[i] ?? '', room.at + written, 'utf8');
      lengths[i] = length;
      written += length;
    }
    room.buffer.set(new Uint8Array(lengths.buffer), lengthsAt);
  }
  out.shrink(room.at, written);
  new Uint32Array(room.buffer.buffer, room.buffer.byteOffset + head.at, 4).set([encoding, count, written, isAscii ? 1 : 0]);
}

/** The texts from `at` on, and where the column ends. Throws a `RangeError` where there are not `count` of them. */
export function readTexts(bytes: Buffer, at: number, count: number): { readonly texts: string[]; readonly end: number } {
  const [encoding = PLAIN, listed = 0, textBytes = 0, isAscii = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset + at, 4);
  const lengths = new Uint32Array(bytes.buffer, bytes.byteOffset + at + HEAD_BYTES, listed);
  const textAt = at + HEAD_BYTES + aligned(4 * listed);
  const listEnd = textAt + aligned(textBytes);
  if (listEnd > bytes.length) throw new RangeError('the texts of a column go beyond its block');
  const list = isAscii === 1 ? readAscii(bytes.toString('latin1', textAt, textAt + textBytes), lengths) : readUtf8(bytes, textAt, lengths);
  if (encoding === PLAIN) {
    if (listed !== count) throw new RangeError(`a column has ${listed} texts in place of ${count}`);
    return { texts: list, end: listEnd };
  }
  const indices = new Uint16Array(bytes.buffer, bytes.byteOffset + listEnd, count);
  return { texts: Array.from(indices, (number) => list[number] ?? ''), end: listEnd + aligned(2 * count) };
}

function readAscii(whole: string, lengths: Uint32Array): string[] {
  const texts = new Array<string>(lengths.length);
  let at = 0;
  for (let i = 0; i < lengths.length; i++) texts[i] = whole.substring(at, (at += lengths[i] ?? 0));
  return texts;
}

function readUtf8(bytes: Buffer, from: number, lengths: Uint32Array): string[] {
  const texts = new Array<string>(lengths.length);
  let at = from;
  for (let i = 0; i < lengths.length; i++) texts[i] = bytes.toString('utf8', at, (at += lengths[i] ?? 0));
  return texts;
}

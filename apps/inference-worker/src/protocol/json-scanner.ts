import { TENSOR_DATATYPES } from '@millrace/contracts';
import { DEEPEST_NESTING } from './parse-json.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const CLOSE_BRACE = 125;

/** Thrown where JSON is not of the plain kind that a scanner takes. Says nothing about whether it is valid. */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

/** Words that infer requests are made of, by their length; to know one costs less than to make a string of its bytes. */
const WORDS: readonly (readonly { readonly text: string; readonly bytes: Buffer }[])[] = Array.from({ length: 11 }, (_, length) =>
  ['id', 'inputs', 'outputs', 'parameters', 'name', 'datatype', 'shape', 'data', ...TENSOR_DATATYPES]
    .filter((text) => text.length === length)
    .map((text) => ({ text, bytes: Buffer.from(text) })),
);

/** Walks over the bytes of a JSON object that is valid UTF-8. Every step takes plain JSON only and throws `NotPlain` for the rest. */
export class JsonScanner {
  readonly bytes: Buffer;
  readonly words: DataView;
  at = 0;

  /** The bytes end with the closing brace of the object: a run of digits never reaches their end. */
  constructor(bytes: Buffer) {
    if (bytes[bytes.length - 1] !== CLOSE_BRACE) throw new NotPlain();
    this.bytes = bytes;
    this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The next byte that is no white space, without taking it; undefined at the end. */
  peek(): number | undefined {
    let byte = this.bytes[this.at];
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = this.bytes[++this.at];
    return byte;
  }

  /** Takes the next byte if it is this one. */
  takes(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** Takes this byte. */
  expect(byte: number): void {
    if (!this.takes(byte)) throw new NotPlain();
  }

  /** Takes a string without escapes. */
  text(): string {
    this.expect(QUOTE);
    const { bytes } = this;
    const start = this.at;
    let at = start;
    let seen = 0;
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[++at]) {
      if (byte === undefined || byte === BACKSLASH || byte < 32) throw new NotPlain();
      seen |= byte;
    }
    this.at = at + 1;
    for (const word of WORDS[at - start] ?? []) if (isAt(bytes, start, word.bytes)) return word.text;
    return seen < 128 ? bytes.toString('latin1', start, at) : bytes.toString('utf8', start, at);
  }

  /** Takes a value of any kind. */
  value(): unknown {
    this.peek();
    const start = this.at;
    this.skip();
    return parse(this.bytes.toString('utf8', start, this.at));
  }

  /** Takes an integer that is not negative and has at most nine digits. */
  whole(): number {
    let byte = this.peek();
    const start = this.at;
    let value = 0;
    while (byte !== undefined && byte >= 48 && byte <= 57) {
      value = value * 10 + byte - 48;
      byte = this.bytes[++this.at];
    }
    const digits = this.at - start;
    if (digits === 0 || digits > 9 || (digits > 1 && this.bytes[start] === 48)) throw new NotPlain();
    return value;
  }

  /** Passes over a value. Its brackets match; whether the rest is valid shows when it is parsed. */
  skip(): void {
    const first = this.peek();
    if (first === QUOTE) this.at = this.behindText(this.at);
    else if (first === 123 || first === 91) this.skipNested();
    else this.skipWord();
  }

  private skipNested(): void {
    const { bytes } = this;
    let at = this.at;
    let depth = 0;
    do {
      const byte = bytes[at];
      if (byte === undefined) throw new NotPlain();
      if (byte === QUOTE) at = this.behindText(at);
      else {
        if (byte === 123 || byte === 91) depth++;
        else if (byte === 125 || byte === 93) depth--;
        if (depth > DEEPEST_NESTING) throw new NotPlain();
        at++;
      }
    } while (depth > 0);
    this.at = at;
  }

  private behindText(quote: number): number {
    const { bytes } = this;
    let at = quote + 1;
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[at]) {
      if (byte === undefined) throw new NotPlain();
      at += byte === BACKSLASH ? 2 : 1;
    }
    return at + 1;
  }

  /** A number, or one of the three words of JSON. */
  private skipWord(): void {
    const start = this.at;
    let byte = this.bytes[start];
    while (byte !== undefined && byte > 32 && byte !== 44 && byte !== 93 && byte !== 125) byte = this.bytes[++this.at];
    if (this.at === start) throw new NotPlain();
  }
}

function isAt(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new NotPlain();
  }
}

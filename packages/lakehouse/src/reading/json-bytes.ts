import { Backlog } from './backlog.ts';
import type { Known, PlainForms } from './byte-column.ts';
import { ByteShape } from './byte-shape.ts';
import { Unplain } from './unplain.ts';
import type { JsonShape } from './json-shape.ts';
import { JsonObject, parseJson, type JsonValue } from './json-values.ts';
import { LineFault } from './line-fault.ts';
import { readPlainNumber, type PlainNumber } from './plain-number.ts';
import { fitsPlainly, type FitsPlainly } from './plain-fit.ts';
import type { ScalarType } from './read-type.ts';
import { MOST_COLUMNS } from './reading-source.ts';

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const DEEPEST = 64;
const LONGEST_LINE = 64 * 1024 * 1024;
/** The longest object that DuckDB reads by its own settings. */
const LONGEST_OBJECT = 16_000_000;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

export type OnMember = (key: string, value: JsonValue, line: number) => void;

/** How many values a key has in a file, and how many bytes of text. */
export interface KeyCounts {
  readonly values: number;
  readonly textBytes: number;
}

/**
 * Takes the shapes of the objects of a file from its bytes, one object a line, as `JsonRecords`, `parseJson` and `JsonShape` do with text. A line
 * that it does not understand is read by those; where the text is not one object a line it throws `Unplain`, and nothing is said about it.
 */
export class JsonBytes {
  readonly #root: ByteShape;
  readonly #forms: PlainForms;
  readonly #declared: ReadonlyMap<string, ScalarType>;
  readonly #onMember: OnMember;
  readonly #number: PlainNumber = { whole: 0, fraction: 0, hasPoint: false };
  readonly #backlog = new Backlog();
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  #line = 1;
  #objects = 0;
  #stamp = 0;
  #isShort = true;
  /** Whether a declared value of the line that is read does not plainly fit. */
  #isDoubtful = false;
  #known: Known = 'nothing';
  readonly #fits = new Map<string, FitsPlainly>();
  /** Values of the line that is read: keys, and bytes of text. */
  readonly #keys: ByteShape[] = [];
  readonly #lengths: number[] = [];
  #textLength = 0;

  /** `forms`: what is told of texts by their bytes. `onMember` is called for values of declared keys that do not plainly fit. */
  constructor(shape: JsonShape, forms: PlainForms, declared: ReadonlyMap<string, ScalarType>, onMember: OnMember) {
    this.#root = new ByteShape(shape, Buffer.alloc(0), 0);
    this.#forms = forms;
    this.#declared = declared;
    this.#onMember = onMember;
    for (const [key, type] of declared) this.#fits.set(key, fitsPlainly(type));
  }

  /** How many objects there are. */
  get objects(): number {
    return this.#objects;
  }

  /** What DuckDB must find of each key; `undefined` where an object is too long for it. */
  get counts(): ReadonlyMap<string, KeyCounts> | undefined {
    if (!this.#isShort) return undefined;
    return new Map(this.#root.members.map(({ key, values, textBytes }) => [Buffer.from(key).toString(), { values, textBytes }]));
  }

  push(chunk: Buffer): void {
    const bytes = this.#backlog.push(chunk);
    if (bytes !== undefined) this.#split(bytes);
    if (this.#backlog.length > LONGEST_LINE) throw new Unplain();
  }

  end(): void {
    if (this.#backlog.length > 0) this.#take(this.#backlog.all(), 0, this.#backlog.length);
    this.#root.flush();
  }

  #split(bytes: Buffer): void {
    let at = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, at)) {
      this.#take(bytes, at, end);
      at = end + 1;
    }
    this.#backlog.keepFrom(at);
  }

  #take(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#skipBlanks();
    if (this.#at < end) {
      this.#keys.length = 0;
      this.#lengths.length = 0;
      this.#isDoubtful = false;
      const isRead = bytes[this.#at] === 0x7b && this.#object(this.#root, 0) && this.#isDone();
      if (!isRead || this.#isDoubtful) this.#takeText(bytes.toString('utf8', start, end), isRead);
      if (isRead) for (let index = 0; index < this.#keys.length; index += 1) this.#keys[index]?.count(this.#lengths[index] ?? 0);
      if (end - start > LONGEST_OBJECT) this.#isShort = false;
      this.#objects += 1;
    }
    this.#line += 1;
  }

  #isDone(): boolean {
    this.#skipBlanks();
    return this.#at === this.#end;
  }

  /** Reads the line as a text. Throws `Unplain` where it is not one object: then it says nothing about the others. */
  #takeText(text: string, isRead: boolean): void {
    const object = objectOf(text, this.#line);
    for (const [key, value] of object.entries) {
      if (!isRead) {
        const member = this.#root.named(key);
        member.shape.add(value);
        if (value !== null) member.count(typeof value === 'string' ? Buffer.byteLength(value) : 0);
      }
      if (this.#declared.has(key)) this.#onMember(key, value, this.#line);
    }
    if (this.#root.members.length > MOST_COLUMNS) throw new Unplain();
  }

  /** Goes through the object at the place. `false` says nothing. */
  #object(parent: ByteShape, depth: number): boolean {
    if (depth >= DEEPEST) return false;
    const bytes = this.#bytes;
    this.#stamp += 1;
    const stamp = this.#stamp;
    this.#at += 1;
    this.#skipBlanks();
    if (bytes[this.#at] === 0x7d) {
      this.#at += 1;
      return true;
    }
    for (let expected = 0; ;) {
      if (this.#at >= this.#end || bytes[this.#at] !== QUOTE) return false;
      const start = this.#at + 1;
      const end = this.#closeOf(start);
      if (end < 0 || this.#hasEscape) return false;
      const member = parent.member(expected, bytes, start, end);
      if (depth === 0 && this.#fits.size > 0 && member.values === 0) member.fits = this.#fits.get(bytes.toString('utf8', start, end));
      if (depth === 0 && parent.members.length > MOST_COLUMNS) return false;
      if (member.stamp === stamp) return false;
      member.stamp = stamp;
      expected = member.place + 1;
      this.#at = end + 1;
      this.#skipBlanks();
      if (bytes[this.#at] !== 0x3a) return false;
      this.#at += 1;
      this.#skipBlanks();
      const opening = bytes[this.#at];
      this.#textLength = 0;
      this.#known = 'nothing';
      if (!this.#value(member, depth + 1)) return false;
      if (depth === 0 && opening !== 0x6e) {
        this.#keys.push(member);
        this.#lengths.push(this.#textLength);
        if (opening === 0x7b || opening === 0x5b) this.#known = 'nothing';
        if (member.fits !== undefined && !member.fits(this.#known, this.#number)) this.#isDoubtful = true;
      }
      this.#skipBlanks();
      const next = bytes[this.#at];
      if (this.#at >= this.#end) return false;
      this.#at += 1;
      if (next === 0x7d) return true;
      if (next !== COMMA) return false;
      this.#skipBlanks();
    }
  }

  #value(member: ByteShape, depth: number): boolean {
    if (this.#at >= this.#end) return false;
    const byte = this.#bytes[this.#at] ?? 0;
    if (byte === QUOTE) return this.#text(member);
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return this.#numberOf(member);
    if (byte === 0x7b) {
      member.shape.addObject();
      return this.#object(member, depth);
    }
    if (byte === 0x5b) return this.#array(member.items(), depth);
    if (byte === 0x6e) return this.#word('null');
    if (byte !== 0x74 && byte !== 0x66) return false;
    member.shape.addBoolean();
    return this.#word(byte === 0x74 ? 'true' : 'false');
  }

  #array(items: ByteShape, depth: number): boolean {
    if (depth >= DEEPEST) return false;
    this.#at += 1;
    this.#skipBlanks();
    if (this.#bytes[this.#at] === 0x5d && this.#at < this.#end) {
      this.#at += 1;
      return true;
    }
    for (;;) {
      this.#skipBlanks();
      if (!this.#value(items, depth + 1)) return false;
      this.#skipBlanks();
      const next = this.#bytes[this.#at];
      if (this.#at >= this.#end) return false;
      this.#at += 1;
      if (next === 0x5d) return true;
      if (next !== COMMA) return false;
    }
  }

  #word(word: string): boolean {
    for (let index = 0; index < word.length; index += 1) if (this.#bytes[this.#at + index] !== word.charCodeAt(index)) return false;
    this.#at += word.length;
    return this.#at <= this.#end;
  }

  #numberOf(member: ByteShape): boolean {
    const start = this.#at;
    const plain = readPlainNumber(this.#bytes, start, this.#end, this.#number);
    // JSON asks for digits after a point.
    if (plain >= 0 && !isOfNumber(this.#bytes[plain] ?? 0) && !(this.#number.hasPoint && this.#number.fraction === 0)) {
      const { whole, fraction, hasPoint } = this.#number;
      member.shape.numbers().addPlain(whole, fraction, hasPoint);
      this.#at = plain;
      this.#known = 'number';
      return true;
    }
    let end = start;
    while (end < this.#end && isOfNumber(this.#bytes[end] ?? 0)) end += 1;
    const text = this.#bytes.toString('latin1', start, end);
    if (!NUMBER.test(text)) return false;
    member.shape.numbers().add(text);
    this.#at = end;
    return true;
  }

  #text(member: ByteShape): boolean {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    const end = this.#closeOf(start);
    if (end < 0) return false;
    this.#at = end + 1;
    const evidence = member.shape.texts();
    if (this.#hasEscape) {
      const text = unescaped(bytes.toString('utf8', start - 1, end + 1));
      if (text === undefined) return false;
      this.#textLength = Buffer.byteLength(text);
      if (!evidence.isTimeless) member.shape.add(text);
      return true;
    }
    this.#textLength = end - start;
    if (evidence.isTimeless) return true;
    const first = bytes[start] ?? 0;
    if (end === start || first <= 0x20 || first >= 0x80) member.shape.add(bytes.toString('utf8', start, end));
    else this.#known = member.texts(evidence, this.#forms).add(bytes, start, end);
    return true;
  }

  #hasEscape = false;

  /** The quote that closes a text which begins at a place; −1 where there is none in the line, or a character that may not be in it. */
  #closeOf(start: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    this.#hasEscape = false;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) {
        this.#hasEscape = true;
        at += 1;
      } else if (byte < 0x20) return -1;
    }
    return -1;
  }

  #skipBlanks(): void {
    for (; this.#at < this.#end; this.#at += 1) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return;
    }
  }
}

function objectOf(text: string, line: number): JsonObject {
  try {
    const value = parseJson(text, line);
    if (value instanceof JsonObject) return value;
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
  }
  throw new Unplain();
}

/** The text that a JSON text with escapes stands for; `undefined` where it stands for none that a table holds. */
function unescaped(json: string): string | undefined {
  try {
    const text = JSON.parse(json) as string;
    return /[\0\p{Cs}]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function isOfNumber(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d || byte === 0x2b || byte === 0x65 || byte === 0x45;
}

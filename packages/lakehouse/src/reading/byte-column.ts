import { beginsWithDigit, type ColumnEvidence, type PlainForm, type SeenText } from './column-evidence.ts';
import { readPlainNumber, type PlainNumber } from './plain-number.ts';
import { isSame } from './same-bytes.ts';

/** So many texts are known again at first; more where they are many. */
const FEW_SLOTS = 128;
const MANY_MISSES = 256;
const LONGEST_SEEN = 64;

/** What is known of a value: that it is of a plain form, that the same text came before, or nothing. */
export type Known = PlainForm | 'again' | 'nothing';

/** What is told by its bytes: numbers with a decimal point, or another character, and dates and times of ISO 8601. */
export interface PlainForms {
  readonly numbers: boolean;
  readonly times: boolean;
  readonly decimal: string;
  /** How many texts of a column are known again, a power of two. */
  readonly slots: number;
}

interface Slot extends SeenText {
  readonly bytes: Uint8Array;
}

/**
 * Collects the evidence of a column from the bytes of its values. What it cannot tell by the bytes becomes a text that the evidence takes
 * as it takes any: the outcome is the same, and most values never become texts.
 */
export class ByteColumn {
  readonly evidence: ColumnEvidence;
  /** Whether the text of the first record came again. */
  isRepeated = false;
  /** How many bytes all its texts have, and how many fields had nothing. */
  textBytes = 0;
  nulls = 0;
  /** The number that was told by its bytes last. */
  readonly last: PlainNumber = { whole: 0, fraction: 0, hasPoint: false };
  /** What is known of the value that was taken last. */
  known: Known = 'nothing';
  readonly #first: Uint8Array | undefined;
  readonly #numbers: boolean;
  readonly #times: boolean;
  readonly #decimal: number;
  readonly #slots: number;
  #seen: (Slot | undefined)[] = Array.from({ length: FEW_SLOTS });
  #misses = 0;
  #form: PlainForm = 'number';
  #count = 0;
  #whole = 0;
  #fraction = 0;
  #hasPoint = false;
  #digitTexts = 0;
  #otherTexts = 0;

  constructor(evidence: ColumnEvidence, first: string | null, { numbers, times, decimal, slots }: PlainForms) {
    this.#slots = slots;
    this.#numbers = numbers;
    this.#times = times;
    this.#decimal = decimal.charCodeAt(0);
    this.evidence = evidence;
    this.#first = first === null ? undefined : Buffer.from(first);
  }

  /** Takes the value that lies in the bytes from `start` to before `end`. Returns what is known of it now. */
  add(bytes: Buffer, start: number, end: number): Known {
    this.textBytes += end - start;
    if (!this.isRepeated && this.#first !== undefined && isSame(this.#first, bytes, start, end)) this.isRepeated = true;
    const { evidence } = this;
    if (evidence.isOfMany) {
      if (evidence.isText) {
        this.#addText(bytes, start, end);
        return 'nothing';
      }
      if (end > start && this.#addPlain(bytes, start, end)) return this.#form;
    }
    return this.#addSeen(bytes, start, end);
  }

  /** Whether a value is the text of the first record. */
  isFirst(bytes: Buffer, start: number, end: number): boolean {
    return this.#first !== undefined && isSame(this.#first, bytes, start, end);
  }

  /** Takes a value in which so many quotes are doubled. */
  addEscaped(bytes: Buffer, start: number, end: number, doubled: number, quote: string): void {
    const length = end - start - doubled;
    this.textBytes += length;
    this.known = 'nothing';
    const first = this.isRepeated ? undefined : this.#first;
    if (this.evidence.isOfMany && this.evidence.isText && first?.length !== length) {
      this.#addText(bytes, start, end);
      return;
    }
    this.flush();
    const text = bytes.toString('utf8', start, end).replaceAll(quote + quote, quote);
    if (first?.length === length && Buffer.from(text).equals(first)) this.isRepeated = true;
    this.evidence.add(text);
  }

  /** Hands on what was only counted. */
  flush(): void {
    if (this.#count > 0) {
      this.evidence.addPlain({ form: this.#form, count: this.#count, whole: this.#whole, fraction: this.#fraction, hasPoint: this.#hasPoint });
      this.#count = 0;
      this.#whole = 0;
      this.#fraction = 0;
      this.#hasPoint = false;
    }
    if (this.#digitTexts > 0) this.evidence.addAgain({ isNull: false, beginsWithDigit: true }, this.#digitTexts);
    if (this.#otherTexts > 0) this.evidence.addAgain({ isNull: false, beginsWithDigit: false }, this.#otherTexts);
    this.#digitTexts = 0;
    this.#otherTexts = 0;
  }

  /** A value of a column of text: nothing is asked of it but whether it begins as a number does. */
  #addText(bytes: Buffer, start: number, end: number): void {
    const first = end > start ? (bytes[start] ?? 0) : 0;
    const isSigned = first === 0x2d || first === 0x2b || first === 0x2e || first === 0x20;
    if (isDigit(first) || (isSigned && beginsWithDigit(bytes.toString('latin1', start, end)))) this.#digitTexts += 1;
    else this.#otherTexts += 1;
  }

  #addSeen(bytes: Buffer, start: number, end: number): Known {
    this.flush();
    const length = end - start;
    const at = length > LONGEST_SEEN ? -1 : hashOf(bytes, start, end) & (this.#seen.length - 1);
    const known = this.#seen[at];
    if (known !== undefined && isSame(known.bytes, bytes, start, end)) {
      this.evidence.addAgain(known);
      return 'again';
    }
    const text = bytes.toString('utf8', start, end);
    this.evidence.add(text);
    this.#misses += 1;
    if (this.#misses === MANY_MISSES) this.#seen = Array.from({ length: this.#slots });
    else if (at >= 0) this.#seen[at] = { bytes: Uint8Array.prototype.slice.call(bytes, start, end), ...this.evidence.seen(text) };
    return 'nothing';
  }

  #addPlain(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    if (length === 10 && bytes[start + 4] === 0x2d) return this.#times && isDate(bytes, start) && this.#tally('date');
    if (length === 19 && bytes[start + 4] === 0x2d) return this.#times && isDate(bytes, start) && isTime(bytes, start + 10) && this.#tally('timestamp');
    if (!this.#numbers) return false;
    const number = this.last;
    if (readPlainNumber(bytes, start, end, number, this.#decimal) !== end) return false;
    this.#tally('number');
    if (number.whole > this.#whole) this.#whole = number.whole;
    if (number.fraction > this.#fraction) this.#fraction = number.fraction;
    if (number.hasPoint) this.#hasPoint = true;
    return true;
  }

  #tally(form: PlainForm): true {
    if (this.#form !== form) {
      this.flush();
      this.#form = form;
    }
    this.#count += 1;
    return true;
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return hash ^ (hash >>> 7) ^ (hash >>> 15);
}

/** NaN where they are none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** `YYYY-MM-DD` of days that every month has; `false` says nothing. */
function isDate(bytes: Uint8Array, at: number): boolean {
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
  if (!(bytes[at + 7] === 0x2d && year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false;
  return day <= 28 || (month !== 2 && day <= 30) || (day === 31 && (month < 8 ? month % 2 === 1 : month % 2 === 0));
}

/** `[T ]HH:MM:SS`; `false` says nothing. */
function isTime(bytes: Uint8Array, at: number): boolean {
  const separator = bytes[at];
  if ((separator !== 0x20 && separator !== 0x54) || bytes[at + 3] !== 0x3a || bytes[at + 6] !== 0x3a) return false;
  return twoDigits(bytes, at + 1) < 24 && twoDigits(bytes, at + 4) < 60 && twoDigits(bytes, at + 7) < 60;
}

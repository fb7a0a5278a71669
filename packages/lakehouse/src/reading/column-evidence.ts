import { NumberEvidence } from './number-evidence.ts';
import type { NumberFormat } from './number-text.ts';
import type { ScalarType } from './read-type.ts';
import type { TimeReader } from './time-text.ts';

/** How the texts of a source are read, whatever their column. */
export interface TextFormat {
  readonly number: NumberFormat;
  readonly time: TimeReader;
  /** Whether a format of dates or times was declared: then it is preferred to a number. */
  readonly declaresTime: boolean;
  /** Texts that stand for no value in every column; `undefined` where the usual ones do, in columns that are not text. */
  readonly nullTexts: ReadonlySet<string> | undefined;
}

/** What programs write for a missing number or time. In a column of text these are texts like any other: `NA` is Namibia, too. */
export const USUAL_NULLS: ReadonlySet<string> = new Set(['', 'NA', 'N/A', 'n/a', '#N/A', 'NULL', 'null', 'Null', 'None', '<NA>', 'NaT', String.raw`\N`]);

const NUMBER = 1;
const DATE = 2;
const TIMESTAMP = 4;
const ZONED = 8;
const BOOLEAN = 16;
const ALL = 31;
const FEW = 50;

/** Types that every value of a column of texts has been found to fit. */
export class ColumnEvidence {
  #possible = ALL;
  #values = 0;
  #nulls = 0;
  #hasTime = false;
  #digits = 0;
  /** The different values, while they are few. */
  #few: Set<string> | undefined = new Set();
  #seenOfFew = 0;
  readonly #numbers = new NumberEvidence();
  readonly #format: TextFormat;

  constructor(format: TextFormat) {
    this.#format = format;
  }

  /** How many texts were values. */
  get values(): number {
    return this.#values;
  }

  /** Whether nearly all values begin with a digit, as numbers and times do, and few names. */
  get isOfDigits(): boolean {
    return this.#digits > 0 && this.#digits >= 0.9 * this.#values;
  }

  /** Whether at least every second value comes again, as those of categories do. */
  get isOfFew(): boolean {
    const seen = this.#few === undefined ? this.#seenOfFew : this.#values;
    const different = this.#few?.size ?? FEW;
    return seen >= 6 && different <= seen / 2;
  }

  add(text: string | null): void {
    if (text === null) return;
    if (this.#few !== undefined && this.#few.add(text).size > FEW) this.#forgetFew();
    if (beginsWithDigit(text)) this.#digits += 1;
    if (this.#possible === 0) {
      this.#values += 1;
      return;
    }
    const { nullTexts } = this.#format;
    if (nullTexts === undefined ? USUAL_NULLS.has(text) || text.trim() === '' : nullTexts.has(text) || text.trim() === '') {
      this.#nulls += 1;
      return;
    }
    this.#values += 1;
    this.#narrow(bare(text));
  }

  merge(other: ColumnEvidence): void {
    this.#possible &= other.#possible;
    this.#values += other.#values;
    this.#nulls += other.#nulls;
    this.#hasTime ||= other.#hasTime;
    this.#digits += other.#digits;
    this.#forgetFew();
    this.#numbers.merge(other.#numbers);
  }

  /** The type that holds every value without changing one. */
  get type(): ScalarType {
    if (this.#values === 0) return 'string';
    const possible = this.#possible;
    const isTime = (possible & (DATE | TIMESTAMP | ZONED)) !== 0;
    if (isTime && (this.#format.declaresTime || (possible & NUMBER) === 0)) {
      if ((possible & DATE) !== 0 && !this.#hasTime) return 'date';
      return (possible & TIMESTAMP) !== 0 ? 'timestamp' : 'timestamp_tz';
    }
    if ((possible & BOOLEAN) !== 0) return 'boolean';
    return (possible & NUMBER) !== 0 ? this.#numbers.type : 'string';
  }

  /** Whether a text could be a value of the column as it is now known, or looks like most of them. */
  fits(text: string): boolean {
    if (this.#possible === 0) return beginsWithDigit(text) === this.isOfDigits;
    const probe = new ColumnEvidence(this.#format);
    probe.add(text);
    return (probe.#possible & this.#possible) !== 0;
  }

  #forgetFew(): void {
    this.#few = undefined;
    this.#seenOfFew = this.#values;
  }

  #narrow(text: string): void {
    let fit = 0;
    if ((this.#possible & NUMBER) !== 0 && this.#numbers.add(text, this.#format.number)) fit |= NUMBER;
    if ((this.#possible & (DATE | TIMESTAMP | ZONED)) !== 0) fit |= this.#timesOf(text);
    if ((this.#possible & BOOLEAN) !== 0 && isBoolean(text)) fit |= BOOLEAN;
    this.#possible &= fit;
  }

  /** A date is a time, too: midnight. */
  #timesOf(text: string): number {
    const { time } = this.#format;
    if (time.date(text) !== undefined) return DATE | TIMESTAMP;
    const moment = time.timestamp(text);
    if (moment === undefined) return 0;
    this.#hasTime = true;
    return moment.zoned ? ZONED : TIMESTAMP;
  }
}

/** Blanks around a number, a time or a truth value say nothing; those of a text stay. */
export function bare(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first <= 0x20 || last <= 0x20 ? text.trim() : text;
}

function beginsWithDigit(text: string): boolean {
  const code = text.charCodeAt(0);
  if (code >= 0x30 && code <= 0x39) return true;
  return (code === 0x2d || code === 0x2b || code === 0x2e || code === 0x20) && /^[-+. ]+\d/.test(text);
}

export function isBoolean(text: string): boolean {
  return text.length < 6 && /^(?:true|false|True|False|TRUE|FALSE)$/.test(text);
}

import { NumberEvidence } from './number-evidence.ts';
import { plainNumber, type NumberFormat } from './number-text.ts';
import type { ScalarType } from './read-type.ts';
import type { TimeReader } from './time-text.ts';

/** How the texts of a source are read, whatever their column. */
export interface TextFormat {
  readonly number: NumberFormat;
  readonly time: TimeReader;
  /** Whether a format of dates or times was declared: then it is preferred to a number. */
  readonly declaresTime: boolean;
  /** Whether a plain number may be a date or a time by a declared format. */
  readonly hasNumericTime: boolean;
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

/** Forms of values that are told by their bytes alone. */
export type PlainForm = 'number' | 'date' | 'timestamp';

/** Values of one plain form that came one after another. */
export interface PlainValues {
  readonly form: PlainForm;
  readonly count: number;
  /** Of numbers: the most digits before and after the point, and whether one has a point. */
  readonly whole: number;
  readonly fraction: number;
  readonly hasPoint: boolean;
}

/** Texts of values that DuckDB's own casts read as this reader does; `ColumnEvidence` has seen to the rest (a day that is none, …). */
const CASTABLE =
  /^(?: *(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|[+-]?inf(?:inity)?) *|\d{4}([-/])\d\d\1\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?)?|true|false)$/i;

/** What a text says whenever it comes. */
export interface SeenText {
  readonly isNull: boolean;
  readonly beginsWithDigit: boolean;
}

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
  #isCastable = true;
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

  /** How many texts stood for no value, as far as a column that is not text may have them. */
  get nulls(): number {
    return this.#nulls;
  }

  /**
   * Whether DuckDB's own cast from text to the type gives, for every value of the column, what this reader gives; of numbers once they are written
   * with a point and without groups.
   */
  isCastableTo(type: ScalarType): boolean {
    if (type === 'string' || this.#values === 0) return true;
    const found = this.type;
    if (!this.#isCastable || (type.startsWith('decimal') && this.#numbers.hasExponent)) return false;
    if (found === type || (type === 'timestamp' && found === 'date')) return true;
    if (/^(?:byte|short|integer|long)$/.test(type)) return found === 'long';
    return /^(?:float|double|decimal)/.test(type) && /^(?:long|double|decimal)/.test(found);
  }

  /** Whether the different values are many, so that nobody counts them any more. */
  get isOfMany(): boolean {
    return this.#few === undefined;
  }

  /** Whether a value was found that is none but a text. */
  get isText(): boolean {
    return this.#possible === 0;
  }

  /** Whether no text can make it a column of dates or times any more. */
  get isTimeless(): boolean {
    return (this.#possible & (DATE | TIMESTAMP | ZONED)) === 0;
  }

  add(text: string | null): void {
    if (text === null) return;
    if (this.#few !== undefined && this.#few.add(text).size > FEW) this.#forgetFew();
    if (beginsWithDigit(text)) this.#digits += 1;
    if (this.#possible === 0) {
      this.#values += 1;
      return;
    }
    if (this.#isNull(text)) {
      this.#nulls += 1;
      return;
    }
    this.#values += 1;
    this.#narrow(bare(text));
    if (this.#isCastable && this.#possible !== 0 && !CASTABLE.test(plainNumber(text, this.#format.number) ?? text)) this.#isCastable = false;
  }

  /** Takes a text that was taken before: it says nothing new, but counts. */
  addAgain(text: Pick<SeenText, 'isNull' | 'beginsWithDigit'>, count = 1): void {
    if (text.beginsWithDigit) this.#digits += count;
    if (text.isNull && this.#possible !== 0) this.#nulls += count;
    else this.#values += count;
  }

  /** Takes values that are plainly of a form of ISO 8601 or with a decimal point; the different ones are many, and no value is another text for nothing. */
  addPlain({ form, count, whole, fraction, hasPoint }: PlainValues): void {
    this.#values += count;
    this.#digits += count;
    const could = this.#possible & (form === 'number' ? NUMBER : form === 'date' ? DATE | TIMESTAMP : TIMESTAMP);
    if (form === 'number' && could !== 0) this.#numbers.addPlain(whole, fraction, hasPoint);
    if (form === 'timestamp' && (this.#possible & (DATE | TIMESTAMP | ZONED)) !== 0) this.#hasTime = true;
    this.#possible = could;
  }

  /** What a text says whenever it comes. */
  seen(text: string): SeenText {
    return { isNull: this.#isNull(text), beginsWithDigit: beginsWithDigit(text) };
  }

  merge(other: ColumnEvidence): void {
    this.#possible &= other.#possible;
    this.#values += other.#values;
    this.#nulls += other.#nulls;
    this.#hasTime ||= other.#hasTime;
    this.#isCastable &&= other.#isCastable;
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

  #isNull(text: string): boolean {
    return (this.#format.nullTexts ?? USUAL_NULLS).has(text) || text.trim() === '';
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

export function beginsWithDigit(text: string): boolean {
  const code = text.charCodeAt(0);
  if (code >= 0x30 && code <= 0x39) return true;
  return (code === 0x2d || code === 0x2b || code === 0x2e || code === 0x20) && /^[-+. ]+\d/.test(text);
}

export function isBoolean(text: string): boolean {
  return text.length < 6 && /^(?:true|false|True|False|TRUE|FALSE)$/.test(text);
}

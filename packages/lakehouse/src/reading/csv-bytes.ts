import { Unplain } from './unplain.ts';
import { Backlog } from './backlog.ts';
import type { Dialect } from './csv-records.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LONGEST_RECORD = 32 * 1024 * 1024;
/** The longest line that DuckDB reads by its own settings. */
const LONGEST_LINE = 2_000_000;
const MOST_FIELDS = 100_000;

/** Where the fields of a record lie in the bytes; of a quoted one without its quotes. */
export interface FieldPlaces {
  count: number;
  readonly starts: number[];
  readonly ends: number[];
  /** 0 for a field that is not quoted, and otherwise 1 and one more for each doubled quote within it. */
  readonly quoted: number[];
}

export type OnPlaces = (bytes: Buffer, fields: FieldPlaces, line: number) => void;

/**
 * Splits bytes of UTF-8 into records as `CsvRecords` splits text, without making texts of them. It knows the usual form alone: lines that
 * end with LF or CR LF, quotes that are doubled within quotes. Where a text has any other it throws `Unplain`, and nothing is said about it.
 */
export class CsvBytes {
  readonly #delimiter: number;
  /** −1 where nothing is quoted. */
  readonly #quote: number;
  /** Bytes that end an unquoted stretch. */
  readonly #stops = new Uint8Array(256);
  /** No byte above it ends one. */
  readonly #limit: number;
  readonly #onRecord: OnPlaces;
  readonly #fields: FieldPlaces = { count: 0, starts: [], ends: [], quoted: [] };
  readonly #backlog = new Backlog();
  #skip: number;
  #line = 1;
  #feeds = 0;
  #carriages = 0;
  #hasQuotes = false;
  #hasQuotedFeeds = false;
  #isStrict = true;
  /** Of the quoted field that was found last. */
  #quotedLines = 0;
  #doubled = 0;

  constructor(dialect: Dialect, skipLines: number, onRecord: OnPlaces) {
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote === '' ? -1 : dialect.quote.charCodeAt(0);
    this.#limit = Math.max(this.#delimiter, this.#quote, CARRIAGE_RETURN);
    this.#skip = skipLines;
    this.#onRecord = onRecord;
    for (const stop of [this.#delimiter, LINE_FEED, CARRIAGE_RETURN]) this.#stops[stop] = 1;
    if (this.#quote >= 0) this.#stops[this.#quote] = 1;
  }

  /** Whether a dialect is one that it knows. */
  static knows({ delimiter, quote, escape }: Dialect): boolean {
    return isAscii(delimiter) && (quote === '' || (isAscii(quote) && escape === quote && quote !== delimiter));
  }

  /** How DuckDB must be told to split the text into the same records; `undefined` where that is not sure. */
  get form(): { readonly quote: boolean; readonly parallel: boolean } | undefined {
    const isMixed = this.#feeds > 0 && this.#carriages > 0;
    return this.#isStrict && !isMixed ? { quote: this.#hasQuotes, parallel: !this.#hasQuotedFeeds } : undefined;
  }

  push(chunk: Buffer): void {
    const bytes = this.#backlog.push(chunk);
    if (bytes !== undefined) this.#split(bytes, false);
    if (this.#backlog.length > LONGEST_RECORD) throw new Unplain();
  }

  end(): void {
    if (this.#backlog.length > 0) this.#split(this.#backlog.all(), true);
  }

  #split(bytes: Buffer, isEnd: boolean): void {
    let at = 0;
    while (at < bytes.length) {
      const next = this.#skip > 0 ? this.#skipLine(bytes, at, isEnd) : this.#record(bytes, at, isEnd);
      if (next < 0) break;
      if (next - at > LONGEST_LINE) this.#isStrict = false;
      at = next;
    }
    this.#backlog.keepFrom(at);
  }

  #skipLine(bytes: Buffer, at: number, isEnd: boolean): number {
    const end = bytes.indexOf(LINE_FEED, at);
    if (end < 0 && !isEnd) return -1;
    // Which character ends lines is told by all of them.
    const carriage = bytes.indexOf(CARRIAGE_RETURN, at);
    if (carriage >= 0 && carriage < (end < 0 ? bytes.length : end) - 1) throw new Unplain();
    this.#skip -= 1;
    this.#line += 1;
    return end < 0 ? bytes.length : end + 1;
  }

  /** Finds the fields of the record at a place. Returns where the next begins, or −1 where more bytes are needed. */
  #record(bytes: Buffer, start: number, isEnd: boolean): number {
    const fields = this.#fields;
    const { starts, ends, quoted: kinds } = fields;
    const stops = this.#stops;
    const { length } = bytes;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const limit = this.#limit;
    let count = 0;
    let lines = 0;
    let at = start;
    for (;;) {
      let from = at;
      let to = at;
      let quoted = 0;
      if (at < length && bytes[at] === quote) {
        const close = this.#closeOf(bytes, at, isEnd);
        if (close < 0) return -1;
        lines += this.#quotedLines;
        quoted = 1 + this.#doubled;
        from = at + 1;
        to = close;
        at = close + 1;
        const next = bytes[at];
        if (at < length && next !== delimiter && next !== LINE_FEED && next !== CARRIAGE_RETURN) throw new Unplain();
      } else {
        for (; at < length; at += 1) {
          const byte = bytes[at] ?? 0;
          if (byte <= limit && stops[byte] !== 0) break;
        }
        while (at < length && bytes[at] === quote) {
          // A quote within a field that does not begin with one is part of it, but not for every reader.
          this.#isStrict = false;
          at += 1;
          while (at < length && stops[bytes[at] ?? 0] === 0) at += 1;
        }
        to = at;
      }
      starts[count] = from;
      ends[count] = to;
      kinds[count] = quoted;
      count += 1;
      if (at < length && bytes[at] === delimiter) {
        at += 1;
        if (count > MOST_FIELDS) throw new Unplain();
        continue;
      }
      const next = this.#endOfLine(bytes, at, isEnd);
      if (next < 0) return -1;
      fields.count = count;
      this.#onRecord(bytes, fields, this.#line);
      this.#line += 1 + lines;
      if (lines > 0) this.#hasQuotedFeeds = true;
      return next;
    }
  }

  #endOfLine(bytes: Buffer, at: number, isEnd: boolean): number {
    if (at >= bytes.length) return isEnd ? bytes.length : -1;
    if (bytes[at] === LINE_FEED) {
      this.#feeds += 1;
      return at + 1;
    }
    if (at + 1 >= bytes.length && !isEnd) return -1;
    if (bytes[at + 1] !== LINE_FEED) throw new Unplain();
    this.#carriages += 1;
    return at + 2;
  }

  /** The quote that ends the field whose first quote is at `start`; −1 where more bytes are needed. */
  #closeOf(bytes: Buffer, start: number, isEnd: boolean): number {
    const quote = this.#quote;
    const { length } = bytes;
    this.#hasQuotes = true;
    this.#quotedLines = 0;
    this.#doubled = 0;
    for (let at = start + 1; at < length; at += 1) {
      const byte = bytes[at];
      if (byte === LINE_FEED) this.#quotedLines += 1;
      else if (byte === CARRIAGE_RETURN) this.#isStrict = false;
      else if (byte === quote) {
        if (at + 1 >= length && !isEnd) return -1;
        if (bytes[at + 1] !== quote) return at;
        this.#doubled += 1;
        at += 1;
      }
    }
    if (isEnd) throw new Unplain();
    return -1;
  }
}

function isAscii(text: string): boolean {
  return text.length === 1 && text.charCodeAt(0) < 0x80 && !/[\r\n ]/.test(text);
}

/** The text of a field; `null` where there is nothing. */
export function textOf(bytes: Buffer, { starts, ends, quoted }: FieldPlaces, index: number, quote: string): string | null {
  const start = starts[index] ?? 0;
  const end = ends[index] ?? 0;
  const isQuoted = quoted[index] ?? 0;
  if (start === end && isQuoted === 0) return null;
  const text = bytes.toString('utf8', start, end);
  return isQuoted > 1 ? text.replaceAll(quote + quote, quote) : text;
}

import { LineFault, shown } from './line-fault.ts';

/** How fields are told apart. */
export interface Dialect {
  readonly delimiter: string;
  /** Empty where nothing is quoted. */
  readonly quote: string;
  /** What stands before a quote in a quoted field: the quote itself, or for example a backslash. */
  readonly escape: string;
}

/** An unquoted empty field is `null`; a quoted one is an empty text. */
export type Fields = readonly (string | null)[];

export type OnRecord = (fields: Fields, line: number) => void;

const LONGEST_RECORD = 32 * 1024 * 1024;

/**
 * Splits text into records, each with the line that it begins in (RFC 4180, lines may also end with LF or, in the whole file, CR). It is
 * strict where leniency would change a value: after a quoted field comes a delimiter or the end of the line.
 */
export class CsvRecords {
  readonly #dialect: Dialect;
  readonly #onRecord: OnRecord;
  #skip: number;
  #line = 1;
  #rest = '';
  #newline = '';
  /** A record that is larger than a chunk is looked at again when there is twice as much of it. */
  #enough = 0;

  constructor(dialect: Dialect, skipLines: number, onRecord: OnRecord) {
    this.#dialect = dialect;
    this.#skip = skipLines;
    this.#onRecord = onRecord;
  }

  push(chunk: string): void {
    this.#rest = this.#rest === '' ? chunk : this.#rest + chunk;
    if (this.#rest.length >= this.#enough) this.#split(false);
  }

  /** Takes what is left as the last record. Throws a `LineFault` where a quoted field does not end. */
  end(): void {
    if (this.#rest !== '') this.#split(true);
  }

  #split(isEnd: boolean): void {
    const text = this.#rest;
    if (this.#newline === '' && !this.#findNewline(text, isEnd)) return;
    let at = 0;
    while (at < text.length) {
      const found = text.indexOf(this.#newline, at);
      if (found < 0 && !isEnd) break;
      const end = found < 0 ? text.length : found;
      if (this.#skip > 0) {
        this.#skip -= 1;
        this.#line += 1;
        at = end + 1;
        continue;
      }
      const next = this.#record(text, at, end, isEnd);
      if (next < 0) break;
      at = next;
    }
    this.#rest = at === 0 ? text : text.slice(at);
    this.#enough = at === 0 ? text.length * 2 : 0;
    if (this.#rest.length > LONGEST_RECORD)
      throw new LineFault(this.#line, `a record is longer than ${LONGEST_RECORD} characters`, 'A quote that is opened here is perhaps never closed.');
  }

  /** The first end of a line says how all lines end: in files of old programs by CR alone. */
  #findNewline(text: string, isEnd: boolean): boolean {
    const feed = text.indexOf('\n');
    const carriage = text.indexOf('\r');
    if (feed < 0 && carriage < 0 && !isEnd) return false;
    if (carriage === text.length - 1 && feed < 0 && !isEnd) return false;
    this.#newline = carriage >= 0 && (feed < 0 || carriage < feed - 1) && text[carriage + 1] !== '\n' && !this.#isQuoted(text, carriage) ? '\r' : '\n';
    return true;
  }

  #isQuoted(text: string, at: number): boolean {
    const { quote } = this.#dialect;
    return quote !== '' && text.slice(0, at).split(quote).length % 2 === 0;
  }

  /** Reads the record from `start`, whose first line ends at `end`. Returns where the next begins, or −1 where more text is needed. */
  #record(text: string, start: number, end: number, isEnd: boolean): number {
    const { quote, delimiter } = this.#dialect;
    const stop = this.#newline === '\n' && text.charCodeAt(end - 1) === 0x0d && end > start ? end - 1 : end;
    const line = text.slice(start, stop);
    if (quote !== '' && line.includes(quote)) return this.#quotedRecord(text, start, isEnd);
    this.#refuseCarriage(line, this.#line);
    const fields: (string | null)[] = line.split(delimiter);
    for (let index = 0; index < fields.length; index += 1) if (fields[index] === '') fields[index] = null;
    this.#onRecord(fields, this.#line);
    this.#line += 1;
    return end + 1;
  }

  #quotedRecord(text: string, start: number, isEnd: boolean): number {
    const { quote, delimiter } = this.#dialect;
    const fields: (string | null)[] = [];
    const first = this.#line;
    let lines = 0;
    for (let at = start; ;) {
      if (text.startsWith(quote, at)) {
        const field = this.#quotedField(text, at, isEnd, first + lines);
        if (field === undefined) return -1;
        fields.push(field.value);
        lines += field.lines;
        at = field.end;
      } else {
        const end = endOfField(text, at, delimiter, this.#newline);
        if (end === text.length && !isEnd) return -1;
        const hasFeed = text[end] === '\n' || end === text.length;
        const value = hasFeed && this.#newline === '\n' && text.charCodeAt(end - 1) === 0x0d && end > at ? text.slice(at, end - 1) : text.slice(at, end);
        this.#refuseCarriage(value, first + lines);
        fields.push(value === '' ? null : value);
        at = end;
      }
      if (at < text.length && text[at] === delimiter) {
        at += 1;
        continue;
      }
      this.#onRecord(fields, first);
      this.#line = first + lines + 1;
      return at + 1;
    }
  }

  /** A quoted field from its quote on; `undefined` where its end is not there yet. `end` is the delimiter or the line's end after it. */
  #quotedField(text: string, start: number, isEnd: boolean, line: number): { value: string; end: number; lines: number } | undefined {
    const { quote, escape, delimiter } = this.#dialect;
    let value = '';
    let from = start + 1;
    for (let at = from; ;) {
      const close = text.indexOf(quote, at);
      const escaped = escape === quote ? -1 : indexBefore(text, escape, at, close);
      if (escaped >= 0 && (close < 0 || escaped < close)) {
        if (escaped + 1 >= text.length) return this.#unclosed(isEnd, line);
        const isSpecial = text[escaped + 1] === quote || text[escaped + 1] === escape;
        value += text.slice(from, isSpecial ? escaped : escaped + 1);
        from = isSpecial ? escaped + 1 : escaped + 1;
        at = escaped + 2 - (isSpecial ? 0 : 1);
        continue;
      }
      if (close < 0 || (close + 1 >= text.length && !isEnd)) return this.#unclosed(isEnd, line);
      if (escape === quote && text[close + 1] === quote) {
        value += text.slice(from, close + 1);
        from = close + 2;
        at = from;
        continue;
      }
      value += text.slice(from, close);
      const lines = newlinesIn(value, this.#newline);
      const end = this.#afterQuote(text, close + 1, isEnd);
      if (end === undefined) {
        if (isEnd || close + 2 < text.length) throw this.#garbage(text, close, line + lines, delimiter);
        return undefined;
      }
      return { value, end, lines };
    }
  }

  #afterQuote(text: string, at: number, isEnd: boolean): number | undefined {
    if (at >= text.length || text[at] === this.#dialect.delimiter || text[at] === this.#newline) return at;
    if (this.#newline !== '\n' || text[at] !== '\r') return undefined;
    return text[at + 1] === '\n' || (isEnd && at + 1 === text.length) ? at + 1 : undefined;
  }

  #garbage(text: string, close: number, line: number, delimiter: string): LineFault {
    return new LineFault(
      line,
      `after the closing quote of a field comes ${shown(text.slice(close + 1, close + 20))} and not the delimiter ${shown(delimiter)} or the end of the line`,
      'Declare how quotes are written within quoted fields (escape), another quote, or none (quote: "").',
    );
  }

  #unclosed(isEnd: boolean, line: number): undefined {
    if (!isEnd) return undefined;
    throw new LineFault(line, 'a quoted field begins and is not closed before the end of the file', 'Declare quote: "" where quotes are part of the values.');
  }

  #refuseCarriage(value: string, line: number): void {
    if (value.includes('\r') || (this.#newline === '\r' && value.includes('\n')))
      throw new LineFault(
        line,
        'there is an end of a line within a field that is not quoted',
        'Write all ends of lines alike, and quote fields that have one.',
      );
  }
}

/** Looks no further than the end of the line: a delimiter that never comes would be looked for in the whole text. */
function endOfField(text: string, from: number, delimiter: string, newline: string): number {
  const field = delimiter.charCodeAt(0);
  const line = newline.charCodeAt(0);
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === line || (code === field && text.startsWith(delimiter, at))) return at;
  }
  return text.length;
}

/** The first place of a character before an end, −1 where there is none; looks no further. */
function indexBefore(text: string, character: string, from: number, end: number): number {
  const found = text.slice(from, end < 0 ? text.length : end).indexOf(character);
  return found < 0 ? -1 : from + found;
}

function newlinesIn(value: string, newline: string): number {
  let lines = 0;
  for (let at = value.indexOf(newline); at >= 0; at = value.indexOf(newline, at + 1)) lines += 1;
  return lines;
}

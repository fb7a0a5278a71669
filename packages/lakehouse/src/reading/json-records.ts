import { LineFault, shown } from './line-fault.ts';

export type OnText = (text: string, line: number) => void;

const LONGEST_RECORD = 64 * 1024 * 1024;
const SIGNIFICANT = /["{}[\]\n]/g;

/**
 * Finds the objects of a text and gives each with the line that it begins in: one a line, over many lines, or as the items of arrays. What
 * stands between them may be nothing but blanks, and commas in an array.
 */
export class JsonRecords {
  readonly #onText: OnText;
  #text = '';
  #at = 0;
  #line = 1;
  #start = -1;
  #startLine = 1;
  #depth = 0;
  #inString = false;
  #arrayLine = 0;
  #needsComma = false;
  #afterComma = false;

  constructor(onText: OnText) {
    this.#onText = onText;
  }

  push(chunk: string): void {
    const kept = this.#start >= 0 ? this.#start : this.#at;
    this.#text = this.#text.slice(kept) + chunk;
    this.#at -= kept;
    if (this.#start >= 0) this.#start = 0;
    while (this.#at < this.#text.length) if (!(this.#start >= 0 ? this.#within() : this.#between())) break;
    if (this.#start >= 0 && this.#text.length > LONGEST_RECORD)
      throw new LineFault(this.#startLine, `an object is longer than ${LONGEST_RECORD} characters`, 'Write one object a row.');
  }

  /** Throws a `LineFault` where the last object, or the array, does not end. */
  end(): void {
    const remedy = 'The file is cut off; copy it again.';
    if (this.#start >= 0) throw new LineFault(this.#startLine, 'the object that begins here does not end', remedy);
    if (this.#arrayLine > 0) throw new LineFault(this.#arrayLine, 'the array that begins here does not end', remedy);
  }

  /** Goes on within an object to its end, or to the end of the text. */
  #within(): boolean {
    SIGNIFICANT.lastIndex = this.#at;
    while (this.#at < this.#text.length) {
      if (this.#inString && !this.#closeString()) return false;
      SIGNIFICANT.lastIndex = this.#at;
      const found = SIGNIFICANT.exec(this.#text);
      if (found === null) {
        this.#at = this.#text.length;
        return false;
      }
      this.#at = found.index + 1;
      const [character] = found;
      if (character === '"') this.#inString = true;
      else if (character === '\n') this.#line += 1;
      else if (character === '{' || character === '[') this.#depth += 1;
      else {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        this.#onText(this.#text.slice(this.#start, this.#at), this.#startLine);
        this.#start = -1;
        this.#needsComma = this.#arrayLine > 0;
        return true;
      }
    }
    return false;
  }

  #closeString(): boolean {
    for (;;) {
      const quote = this.#text.indexOf('"', this.#at);
      // Looks no further than the quote: an escape that never comes would be looked for in the whole text.
      const found = this.#text.slice(this.#at, quote < 0 ? this.#text.length : quote).indexOf('\\');
      if (found >= 0) {
        const escape = this.#at + found;
        if (escape + 1 >= this.#text.length) {
          this.#at = escape;
          return false;
        }
        this.#at = escape + 2;
        continue;
      }
      if (quote < 0) {
        this.#at = this.#text.length;
        return false;
      }
      this.#at = quote + 1;
      this.#inString = false;
      return true;
    }
  }

  #between(): boolean {
    const character = this.#text[this.#at] ?? '';
    const inArray = this.#arrayLine > 0;
    if (character === '\n') this.#line += 1;
    else if (character === '{' && !this.#needsComma) return this.#begin();
    else if (character === '[' && !inArray) {
      this.#arrayLine = this.#line;
      this.#afterComma = false;
    } else if (character === ']' && inArray && !this.#afterComma) {
      this.#arrayLine = 0;
      this.#needsComma = false;
    } else if (character === ',' && inArray && this.#needsComma) {
      this.#needsComma = false;
      this.#afterComma = true;
    } else if (!/\s/.test(character)) throw this.#misplaced(inArray);
    this.#at += 1;
    return true;
  }

  #begin(): boolean {
    this.#start = this.#at;
    this.#startLine = this.#line;
    this.#depth = 1;
    this.#at += 1;
    this.#afterComma = false;
    return true;
  }

  #misplaced(inArray: boolean): LineFault {
    const text = shown(this.#text.slice(this.#at, this.#at + 30).split('\n')[0] ?? '');
    return new LineFault(
      this.#line,
      inArray && this.#needsComma ? `a comma or the end of the array is expected at ${text}` : `an object is expected at ${text}`,
      'Every row is an object: one a line, or the items of an array.',
    );
  }
}

import { LineFault, shown } from './line-fault.ts';

/** A JSON value that keeps numbers as they are written. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export class JsonObject {
  readonly entries: ReadonlyMap<string, JsonValue>;

  constructor(entries: ReadonlyMap<string, JsonValue>) {
    this.entries = entries;
  }
}

const DEEPEST = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Not JSON, but what Python and others write for them. */
const WORDS: readonly (readonly [string, JsonValue])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', new JsonNumber('NaN')],
  ['Infinity', new JsonNumber('Infinity')],
  ['-Infinity', new JsonNumber('-Infinity')],
];
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Parses one JSON value that begins in a line. Throws a `LineFault`, also for a key that comes twice: one of its values would be lost. */
export function parseJson(text: string, line: number): JsonValue {
  const parser = new Parser(text, line);
  const value = parser.value(0);
  parser.end();
  return value;
}

class Parser {
  readonly #text: string;
  readonly #line: number;
  #at = 0;

  constructor(text: string, line: number) {
    this.#text = text;
    this.#line = line;
  }

  value(depth: number): JsonValue {
    if (depth > DEEPEST) throw this.#fault(`values lie deeper than ${DEEPEST} levels in each other`);
    this.#skipBlanks();
    const character = this.#text[this.#at];
    if (character === '{') return this.#object(depth);
    if (character === '[') return this.#array(depth);
    if (character === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text)?.[0];
    if (found === undefined) throw this.#fault('a value is expected');
    this.#at += found.length;
    return new JsonNumber(found);
  }

  end(): void {
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#fault('after the value there is more');
  }

  #object(depth: number): JsonObject {
    const entries = new Map<string, JsonValue>();
    this.#at += 1;
    this.#skipBlanks();
    if (this.#take('}')) return new JsonObject(entries);
    do {
      this.#skipBlanks();
      if (this.#text[this.#at] !== '"') throw this.#fault('a key in double quotes is expected');
      const key = this.#string();
      if (entries.has(key)) throw this.#fault(`the key ${shown(key)} comes twice in one object, so one of its values would be lost`);
      this.#skipBlanks();
      if (!this.#take(':')) throw this.#fault('a colon is expected');
      entries.set(key, this.value(depth + 1));
      this.#skipBlanks();
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#fault('a comma or the end of the object is expected');
    return new JsonObject(entries);
  }

  #array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    this.#at += 1;
    this.#skipBlanks();
    if (this.#take(']')) return items;
    do {
      items.push(this.value(depth + 1));
      this.#skipBlanks();
    } while (this.#take(','));
    if (!this.#take(']')) throw this.#fault('a comma or the end of the array is expected');
    return items;
  }

  #string(): string {
    const start = this.#at + 1;
    let end = start;
    let isPlain = true;
    for (;;) {
      const code = this.#text.charCodeAt(end);
      if (code === 0x22) break;
      if (code === 0x5c) {
        isPlain = false;
        end += 1;
      } else if (Number.isNaN(code) || code < 0x20) {
        this.#at = Math.min(end, this.#text.length);
        throw this.#fault(Number.isNaN(code) ? 'a text is not closed' : 'a text has a control character, which JSON writes as an escape');
      }
      end += 1;
    }
    const raw = this.#text.slice(start, end);
    const value = isPlain ? raw : raw.replaceAll(/\\(u[\da-fA-F]{4}|[^])/g, (_, escape: string) => this.#unescape(escape));
    this.#at = end + 1;
    if (!isPlain && /[\0\p{Cs}]/u.test(value)) throw this.#fault('a text has a NUL character or half of a surrogate pair, which no table holds');
    return value;
  }

  #unescape(escape: string): string {
    if (escape.length === 5) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    const character = ESCAPES[escape];
    if (character === undefined) throw this.#fault(`a text has the escape ${shown(`\\${escape}`)}, which JSON does not know`);
    return character;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #fault(reason: string): LineFault {
    const before = this.#text.slice(0, this.#at);
    return new LineFault(
      this.#line + before.split('\n').length - 1,
      `it is not JSON: ${reason} at ${shown(this.#text.slice(this.#at, this.#at + 20))}`,
      'Mend the line, or declare onBadValue: "QUARANTINE" to set such rows aside.',
    );
  }
}

/** A value as JSON text, numbers as they were written. */
export function jsonText(value: JsonValue): string {
  if (value instanceof JsonNumber) return /^[-\d]/.test(value.text) && !value.text.endsWith('y') ? value.text : `"${value.text}"`;
  if (value instanceof JsonObject) return `{${[...value.entries].map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(jsonText).join(',')}]`;
  return JSON.stringify(value);
}

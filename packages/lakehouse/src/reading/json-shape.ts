import { ColumnEvidence, type TextFormat } from './column-evidence.ts';
import { JsonNumber, JsonObject, jsonText, type JsonValue } from './json-values.ts';
import { NumberEvidence } from './number-evidence.ts';
import type { ReadType } from './read-type.ts';

/** More keys than a record has: the object is a map of values to values, and is kept as JSON. */
const MOST_MEMBERS = 300;
const BOOLEANS = 1;
const NUMBERS = 2;
const TEXTS = 4;
const LISTS = 8;
const OBJECTS = 16;

/** What the values of a key are, over all objects that have it. */
export class JsonShape {
  readonly #format: TextFormat;
  #kinds = 0;
  #numbers: NumberEvidence | undefined;
  #texts: ColumnEvidence | undefined;
  #item: JsonShape | undefined;
  readonly #members = new Map<string, JsonShape>();

  constructor(format: TextFormat) {
    this.#format = format;
  }

  add(value: JsonValue): void {
    if (value === null) return;
    if (typeof value === 'boolean') this.addBoolean();
    else if (typeof value === 'string') this.#addText(value);
    else if (value instanceof JsonNumber) this.numbers().add(value.text);
    else if (value instanceof JsonObject) {
      this.addObject();
      for (const [key, member] of value.entries) this.member(key).add(member);
    } else {
      const items = this.items();
      for (const item of value) items.add(item);
    }
  }

  /** The shape under a key, made where it is new. */
  member(key: string): JsonShape {
    let member = this.#members.get(key);
    if (member === undefined) {
      member = new JsonShape(this.#format);
      this.#members.set(key, member);
    }
    return member;
  }

  get members(): ReadonlyMap<string, JsonShape> {
    return this.#members;
  }

  /** The type that holds every value: values of several kinds are text where all are scalars, and JSON otherwise. */
  get type(): ReadType {
    switch (this.#kinds) {
      case BOOLEANS:
        return 'boolean';
      case NUMBERS:
        return this.#numbers?.type ?? 'string';
      case LISTS:
        return { list: this.#item?.type ?? 'string' };
      case OBJECTS:
        return this.#structure();
      case TEXTS:
        return timeType(this.#texts?.type);
      default:
        return (this.#kinds & (LISTS | OBJECTS)) === 0 ? 'string' : 'json';
    }
  }

  /** What its texts may be; asked for where there is one. */
  texts(): ColumnEvidence {
    this.#kinds |= TEXTS;
    this.#texts ??= new ColumnEvidence(this.#format);
    return this.#texts;
  }

  /** What its numbers need; asked for where there is one. */
  numbers(): NumberEvidence {
    this.#kinds |= NUMBERS;
    this.#numbers ??= new NumberEvidence();
    return this.#numbers;
  }

  /** The shape of the items of its arrays; asked for where there is one. */
  items(): JsonShape {
    this.#kinds |= LISTS;
    this.#item ??= new JsonShape(this.#format);
    return this.#item;
  }

  addBoolean(): void {
    this.#kinds |= BOOLEANS;
  }

  addObject(): void {
    this.#kinds |= OBJECTS;
  }

  /**
   * Whether DuckDB gives every value as this reader does: texts, truth values, and numbers of which a long or a double holds all; within
   * values that are nested no times, which it would read from a text as they are written.
   */
  isCastable(type: ReadType, isNested = false): boolean {
    if (this.#kinds === 0) return true;
    if (typeof type !== 'string') {
      if ('list' in type) return this.#kinds === LISTS && this.#item?.isCastable(type.list, true) === true;
      return this.#kinds === OBJECTS && type.struct.every(([name, member]) => this.#members.get(name)?.isCastable(member, true) === true);
    }
    switch (this.#kinds) {
      case BOOLEANS:
        return type === 'boolean';
      case NUMBERS:
        return this.#numbers?.isCastableTo(type) === true;
      case TEXTS:
        return type === 'string' || (!isNested && timeType(this.#texts?.type) === type && this.#texts?.isCastableTo(type) === true);
      default:
        return false;
    }
  }

  #addText(value: string): void {
    // An empty text is a text here: JSON has a null.
    this.texts().add(value.trim() === '' ? '""' : value);
  }

  #structure(): ReadType {
    const names = [...this.#members.keys()];
    const isPlain = names.length > 0 && names.length <= MOST_MEMBERS && !names.includes('');
    if (!isPlain || new Set(names.map((name) => name.toLowerCase())).size < names.length) return 'json';
    return { struct: [...this.#members].map(([name, shape]) => [name, shape.type] as const) };
  }
}

function timeType(type: string | undefined): ReadType {
  return type !== undefined && /^(?:date|timestamp|timestamp_tz)$/.test(type) ? type : 'string';
}

/**
 * A nested value as JSON that DuckDB casts to its type without loss: scalars are texts, which it reads as it would those of a file; its
 * own numbers pass through a double.
 */
export function castableJson(value: JsonValue, type: ReadType, scalar: (value: string, type: string) => string): string {
  if (value === null) return 'null';
  if (typeof type === 'string') {
    if (type === 'json') return JSON.stringify(jsonText(value));
    const text = scalarText(value);
    return JSON.stringify(type === 'string' ? text : scalar(text, type));
  }
  if ('list' in type) return `[${(value as readonly JsonValue[]).map((item) => castableJson(item, type.list, scalar)).join(',')}]`;
  const { entries } = value as JsonObject;
  return `{${type.struct.map(([name, member]) => `${JSON.stringify(name)}:${castableJson(entries.get(name) ?? null, member, scalar)}`).join(',')}}`;
}

/** A scalar as text. */
export function scalarText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return value instanceof JsonNumber ? value.text : jsonText(value);
}

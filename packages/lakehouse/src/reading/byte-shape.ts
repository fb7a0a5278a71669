import { ByteColumn, type PlainForms } from './byte-column.ts';
import type { ColumnEvidence } from './column-evidence.ts';
import type { JsonShape } from './json-shape.ts';
import type { FitsPlainly } from './plain-fit.ts';
import { isSame } from './same-bytes.ts';

/** A shape with what makes it quick to find the one of the next key. */
export class ByteShape {
  readonly shape: JsonShape;
  readonly key: Uint8Array;
  readonly place: number;
  readonly members: ByteShape[] = [];
  /** The last object that had it. */
  stamp = 0;
  /** Of a key of the objects themselves: how many had a value, and how many bytes of text. */
  values = 0;
  textBytes = 0;
  /** Whether a value fits the declared type, by what its bytes say. */
  fits: FitsPlainly | undefined;
  readonly #byKey = new Map<string, ByteShape>();
  #items: ByteShape | undefined;
  #texts: ByteColumn | undefined;

  constructor(shape: JsonShape, key: Uint8Array, place: number) {
    this.shape = shape;
    this.key = key;
    this.place = place;
  }

  /** The shape of a key, which most often is the one after the key before. */
  member(expected: number, bytes: Buffer, start: number, end: number): ByteShape {
    const likely = this.members[expected];
    return likely !== undefined && isSame(likely.key, bytes, start, end) ? likely : this.named(bytes.toString('utf8', start, end));
  }

  named(key: string): ByteShape {
    let member = this.#byKey.get(key);
    if (member === undefined) {
      member = new ByteShape(this.shape.member(key), Buffer.from(key), this.members.length);
      this.members.push(member);
      this.#byKey.set(key, member);
    }
    return member;
  }

  items(): ByteShape {
    const shape = this.shape.items();
    this.#items ??= new ByteShape(shape, Buffer.alloc(0), 0);
    return this.#items;
  }

  texts(evidence: ColumnEvidence, forms: PlainForms): ByteColumn {
    this.#texts ??= new ByteColumn(evidence, null, forms);
    return this.#texts;
  }

  /** Counts a value with so many bytes of text. */
  count(textBytes: number): void {
    this.values += 1;
    this.textBytes += textBytes;
  }

  /** Hands on what was only counted, here and below. */
  flush(): void {
    this.#texts?.flush();
    this.#items?.flush();
    for (const member of this.members) member.flush();
  }
}

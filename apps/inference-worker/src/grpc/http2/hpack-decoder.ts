import { headerField, HUFFMAN_TREE, STATIC_FIELDS, type HeaderField } from './hpack-tables.ts';
import { Http2Violation, REASON } from './http2-constants.ts';

/** What our settings leave the peer's encoder. */
const TABLE_BYTES = 4096;
/** Of all fields of one block together, as RFC 9113 counts them. */
export const HEADER_LIST_BYTES = 16_384;
const LONGEST_PADDING_BITS = 7;

/** Decodes the header blocks of one connection, in the order they came: RFC 7541. Throws an `Http2Violation`, after which it must not be used. */
export class HpackDecoder {
  /** The newest is the last. */
  private readonly entries: HeaderField[] = [];
  private tableBytes = 0;
  private tableLimit = TABLE_BYTES;
  private bytes: Buffer = Buffer.alloc(0);
  private position = 0;
  private end = 0;

  /** The fields of one whole block; undefined where they are more than is taken. The table is kept in step all the same. */
  decode(bytes: Buffer, start: number, end: number): readonly HeaderField[] | undefined {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    const fields: HeaderField[] = [];
    let size = 0;
    while (this.position < end) {
      const field = this.next(size === 0);
      if (field === undefined) continue;
      size += field.size;
      if (size <= HEADER_LIST_BYTES) fields.push(field);
    }
    return size > HEADER_LIST_BYTES ? undefined : fields;
  }

  /** Undefined for a change of the table's size. */
  private next(mayResize: boolean): HeaderField | undefined {
    const first = this.bytes[this.position] ?? 0;
    if (first >= 0x80) return this.entry(this.integer(7));
    if (first >= 0x40) return this.remember(this.literal(6));
    if (first < 0x20) return this.literal(4);
    if (!mayResize) throw corrupt('the table changes its size amid a block');
    this.tableLimit = this.integer(5);
    if (this.tableLimit > TABLE_BYTES) throw corrupt(`a table of ${this.tableLimit} bytes`);
    this.evict(0);
    return undefined;
  }

  private entry(index: number): HeaderField {
    const field = index <= STATIC_FIELDS.length ? STATIC_FIELDS[index - 1] : this.entries[this.entries.length - (index - STATIC_FIELDS.length)];
    if (field === undefined) throw corrupt(`no field has the index ${index}`);
    return field;
  }

  private literal(prefixBits: number): HeaderField {
    const index = this.integer(prefixBits);
    const name = index === 0 ? this.text() : this.entry(index).name;
    return headerField(name, this.text());
  }

  private remember(field: HeaderField): HeaderField {
    this.evict(field.size);
    if (field.size <= this.tableLimit) {
      this.entries.push(field);
      this.tableBytes += field.size;
    }
    return field;
  }

  /** Makes room for an entry of that size. */
  private evict(size: number): void {
    while (this.tableBytes + size > this.tableLimit && this.entries.length > 0) this.tableBytes -= this.entries.shift()?.size ?? 0;
  }

  private integer(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = this.byte() & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw corrupt('a number beyond any length');
  }

  private text(): string {
    const isHuffman = (this.bytes[this.position] ?? 0) >= 0x80;
    const length = this.integer(7);
    const start = this.position;
    if (length > this.end - start) throw corrupt('a text reaches beyond its block');
    this.position = start + length;
    return isHuffman ? huffmanText(this.bytes, start, this.position) : this.bytes.toString('latin1', start, this.position);
  }

  private byte(): number {
    if (this.position >= this.end) throw corrupt('a block ends too early');
    return this.bytes[this.position++] ?? 0;
  }
}

function huffmanText(bytes: Buffer, start: number, end: number): string {
  let text = '';
  let node = 0;
  let bits = 0;
  let areOnes = true;
  for (let position = start; position < end; position++) {
    const byte = bytes[position] ?? 0;
    for (let shift = 7; shift >= 0; shift--) {
      const bit = (byte >>> shift) & 1;
      const next = HUFFMAN_TREE[node * 2 + bit] ?? 0;
      if (next === 0) throw corrupt('a text holds its own end');
      bits++;
      areOnes &&= bit === 1;
      if (next > 0) node = next;
      else {
        text += String.fromCharCode(-1 - next);
        node = 0;
        bits = 0;
        areOnes = true;
      }
    }
  }
  if (bits > LONGEST_PADDING_BITS || !areOnes) throw corrupt('a text is padded wrongly');
  return text;
}

function corrupt(problem: string): Http2Violation {
  return new Http2Violation(REASON.compression, `the headers cannot be decoded: ${problem}`);
}

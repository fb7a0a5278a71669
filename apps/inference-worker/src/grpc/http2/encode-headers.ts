/** Header fields as a block that uses no table, so that it is the same at any time on any connection. Names are ASCII in lower case. */
export function encodeHeaders(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [LITERAL, ...text(name), ...text(value)]));
}

/** A literal without indexing and with its name. */
const LITERAL = Buffer.from([0]);

function text(value: string): readonly Buffer[] {
  const bytes = Buffer.from(value, 'latin1');
  return [lengthOf(bytes.length), bytes];
}

/** With a prefix of 7 bits, not Huffman-coded. */
function lengthOf(length: number): Buffer {
  if (length < 0x7f) return Buffer.from([length]);
  const bytes = [0x7f];
  let rest = length - 0x7f;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

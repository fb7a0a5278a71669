/** What a field may be in a request: `:method` and its like, anything else, or nothing that is allowed. */
export type FieldKind = 'pseudo' | 'regular' | 'malformed';

/** One header field. `size` is what RFC 7541, section 4.1, counts for it. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
  readonly size: number;
  /** Found once, where the field is read: tables repeat it in every request. */
  readonly kind: FieldKind;
}

/** A field with its size. */
export function headerField(name: string, value: string): HeaderField {
  return { name, value, size: name.length + value.length + 32, kind: kindOf(name, value) };
}

const PSEUDO_FIELDS: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path']);
/** They speak of one connection, which HTTP/2 does in frames. */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set(['connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade']);
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
// oxlint-disable-next-line no-control-regex -- a value must not hold any of them
const BROKEN_VALUE = /[\0\r\n]/;

/** RFC 9113, sections 8.2 and 8.3. */
function kindOf(name: string, value: string): FieldKind {
  if (BROKEN_VALUE.test(value)) return 'malformed';
  if (name.startsWith(':')) return PSEUDO_FIELDS.has(name) ? 'pseudo' : 'malformed';
  if (!NAME.test(name) || CONNECTION_FIELDS.has(name) || (name === 'te' && value !== 'trailers')) return 'malformed';
  return 'regular';
}

const FIELDS = [
  ':authority',
  ':method|GET',
  ':method|POST',
  ':path|/',
  ':path|/index.html',
  ':scheme|http',
  ':scheme|https',
  ':status|200',
  ':status|204',
  ':status|206',
  ':status|304',
  ':status|400',
  ':status|404',
  ':status|500',
  'accept-charset',
  'accept-encoding|gzip, deflate',
  'accept-language',
  'accept-ranges',
  'accept',
  'access-control-allow-origin',
  'age',
  'allow',
  'authorization',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'etag',
  'expect',
  'expires',
  'from',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'link',
  'location',
  'max-forwards',
  'proxy-authenticate',
  'proxy-authorization',
  'range',
  'referer',
  'refresh',
  'retry-after',
  'server',
  'set-cookie',
  'strict-transport-security',
  'transfer-encoding',
  'user-agent',
  'vary',
  'via',
  'www-authenticate',
] as const;

/** RFC 7541, appendix A; the first has the index 1. */
export const STATIC_FIELDS: readonly HeaderField[] = FIELDS.map((field) => {
  const [name = '', value = ''] = field.split('|');
  return headerField(name, value);
});

/** RFC 7541, appendix B: the bits of the code of each byte and of the end of a string, in base 36. The code is canonical, so they say all. */
const CODE_LENGTHS =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6f56565666577666567655677777fbedskm' +
  'kkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu';

const END_OF_STRING = 256;

/**
 * The code as a tree: places `2n` and `2n + 1` hold where bits 0 and 1 lead from node n. A positive number is a node, a negative one is the byte
 * `-1 - number`, 0 is no way on.
 */
export const HUFFMAN_TREE: Int16Array = huffmanTree();

function huffmanTree(): Int16Array {
  const lengths = Array.from(CODE_LENGTHS, (digit) => Number.parseInt(digit, 36));
  const symbols = lengths.map((length, symbol) => ({ length, symbol })).toSorted((a, b) => a.length - b.length || a.symbol - b.symbol);
  const tree = new Int16Array(2 * symbols.length);
  let nodes = 1;
  let code = 0;
  let before = 0;
  for (const { length, symbol } of symbols) {
    code <<= length - before;
    before = length;
    if (symbol !== END_OF_STRING) nodes = place(tree, { code, length, symbol, nodes });
    code++;
  }
  return tree;
}

/** Puts one symbol into the tree; gives how many nodes there are then. */
function place(tree: Int16Array, { code, length, symbol, nodes }: { code: number; length: number; symbol: number; nodes: number }): number {
  let node = 0;
  let count = nodes;
  for (let bit = length - 1; bit > 0; bit--) {
    const at = node * 2 + ((code >>> bit) & 1);
    if (tree[at] === 0) tree[at] = count++;
    node = tree[at] ?? 0;
  }
  tree[node * 2 + (code & 1)] = -1 - symbol;
  return count;
}

import { createRequire } from 'node:module';
import { ByteBudget } from './byte-budget.ts';
import { HttpRejection } from './http-rejection.ts';
import { RequestReader } from './request-reader.ts';

/** What a reader made of a stream of bytes: the requests that were complete, and whether the rest was refused. */
export interface Framing {
  readonly requests: readonly string[];
  readonly refused: boolean;
  readonly why: string;
}

/** Our own reader, given the stream in pieces. */
export function frameByUs(pieces: readonly Buffer[]): Framing {
  const reader = new RequestReader({ headBytes: 16 * 1024, targetBytes: 8 * 1024, bodyBytes: 100_000, receiving: new ByteBudget(1_000_000) });
  const requests: string[] = [];
  try {
    for (const piece of pieces) {
      reader.push(piece);
      for (let next = reader.next(); next !== undefined; next = reader.next()) {
        requests.push(describeRequest(next.head.method, next.head.path, next.head.headers.get('x-mark'), next.body));
        if (!next.head.keepAlive) return { requests, refused: false, why: 'close' };
      }
    }
    return { requests, refused: false, why: '' };
  } catch (thrown) {
    if (!(thrown instanceof HttpRejection)) throw thrown;
    return { requests, refused: true, why: `${thrown.status} ${thrown.message}` };
  }
}

interface LlhttpParser {
  initialize(type: number, resource: object, maximumHeaderSize: number, lenient: number): void;
  execute(stream: Buffer): number | Error;
  [callback: number]: (...values: never[]) => unknown;
}

interface LlhttpParserClass {
  new (): LlhttpParser;
  readonly REQUEST: number;
  readonly kLenientNone: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

const { HTTPParser, methods } = createRequire(import.meta.url)('_http_common') as {
  readonly HTTPParser: LlhttpParserClass;
  readonly methods: readonly string[];
};

/** The parser of node:http, llhttp, at its strictest. */
export function frameByLlhttp(stream: Buffer): Framing {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {}, 16 * 1024, HTTPParser.kLenientNone);
  const requests: string[] = [];
  let head = { method: '', path: '', mark: undefined as string | undefined };
  let body: Buffer[] = [];
  parser[HTTPParser.kOnHeadersComplete] = (_major: number, _minor: number, fields: readonly string[], method: number, url: string) => {
    const mark = fields.findIndex((field, index) => index % 2 === 0 && field.toLowerCase() === 'x-mark');
    head = { method: methods[method] ?? '', path: url.split('?')[0] ?? '', mark: mark === -1 ? undefined : fields[mark + 1] };
    return 0;
  };
  parser[HTTPParser.kOnBody] = (piece: Buffer) => body.push(Buffer.from(piece));
  parser[HTTPParser.kOnMessageComplete] = () => {
    requests.push(describeRequest(head.method, head.path, head.mark, Buffer.concat(body)));
    body = [];
  };
  const result = parser.execute(stream);
  return { requests, refused: result instanceof Error, why: result instanceof Error ? JSON.stringify(result) : '' };
}

function describeRequest(method: string, path: string, mark: string | undefined, body: Buffer): string {
  return `${method} ${path.replace(/^https?:\/\/[^/]*/i, '') || '/'} ${mark ?? '-'} ${body.toString('latin1')}`;
}

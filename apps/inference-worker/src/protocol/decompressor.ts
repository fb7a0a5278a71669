import { MillraceError } from '@millrace/contracts';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { ByteBudget, RECEIVED_BODIES } from '../http/byte-budget.ts';
import type { HttpClient } from '../http/http-message.ts';
import { ProtocolError, RETRY_SOON } from './protocol-error.ts';

const UNPACK = { gzip: promisify(gunzip), deflate: promisify(inflate) };
type Encoding = keyof typeof UNPACK;

/** As many as there are threads that unpack. */
const AT_A_TIME = 4;
/** What a body that waits costs beside its bytes. */
const WAITING_BYTES = 1024;

/** A body as it was sent. */
export interface PackedBody {
  readonly body: Buffer;
  readonly encoding: string;
  readonly client: HttpClient;
}

/** Unpacks compressed bodies off the main thread, a few at a time: what is small on the wire may be large in memory. The others wait in line. */
export class Decompressor {
  private readonly maximumBytes: number;
  private readonly budget: ByteBudget;
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  /** `maximumBytes` is what a body may grow to. */
  constructor(maximumBytes: number) {
    this.maximumBytes = maximumBytes;
    this.budget = new ByteBudget(RECEIVED_BODIES * (maximumBytes + WAITING_BYTES));
  }

  /**
   * The body as it was before. Throws a 415 for an encoding that is not known, a 413 for a body that grows too large, a 400 for one that is not what its encoding
   * says, and a 503 where too many wait already.
   */
  async decompress({ body, encoding, client }: PackedBody): Promise<Buffer> {
    const name = encoding.trim().toLowerCase();
    if (name === 'identity' || name === '') return body;
    if (name !== 'gzip' && name !== 'deflate')
      throw new ProtocolError(415, `content-encoding "${encoding}" is not supported; send gzip, deflate, or the body as it is`, {
        'accept-encoding': 'gzip, deflate',
      });
    const cost = body.length + WAITING_BYTES;
    if (!this.budget.take(cost)) throw new ProtocolError(503, 'expected fewer compressed bodies at a time, given more than this node has room for', RETRY_SOON);
    try {
      await this.turn();
      if (client.gone) throw new MillraceError('CANCELLED', 'the client has gone before its body was unpacked');
      return await this.unpack(name, body);
    } finally {
      this.budget.give(cost);
      this.pass();
    }
  }

  private async turn(): Promise<void> {
    if (this.running < AT_A_TIME) this.running++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands the turn on to the next in line. */
  private pass(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running--;
    else next();
  }

  private async unpack(encoding: Encoding, body: Buffer): Promise<Buffer> {
    try {
      return await UNPACK[encoding](body, { maxOutputLength: this.maximumBytes });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ERR_BUFFER_TOO_LARGE') throw new ProtocolError(413, `the body is larger than ${this.maximumBytes} bytes; send fewer rows per request`);
      throw new ProtocolError(400, `the body is not ${encoding}, as content-encoding says: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

import { BodyBuffer } from './body-buffer.ts';
import { CR, LF } from './character-classes.ts';
import { noRoomForBody, type RequestLimits } from './check-framing.ts';
import { ChunkedBody } from './chunked-body.ts';
import { HttpRejection } from './http-rejection.ts';
import { malformed, parseHead, targetTooLong } from './parse-head.ts';
import type { RequestHead } from './request-head.ts';

/** One request as it was framed on the wire. */
export interface FramedRequest {
  readonly head: RequestHead;
  readonly body: Buffer;
}

const EMPTY = Buffer.alloc(0);
/** Heads longer than this are not remembered. */
const REMEMBERED_BYTES = 2048;
/** What the buffer of a body of known length begins with. */
const FIRST_BYTES = 64 * 1024;
const LONGEST_METHOD = 'OPTIONS '.length;

/**
 * Cuts the input of one connection into requests. A body that arrived whole is a view of the input; nothing else is kept but what is needed for the request that
 * is arriving. Clients repeat their heads byte for byte, so the last one is remembered and compared before another is parsed.
 */
export class RequestReader {
  private readonly limits: RequestLimits;
  private input: Buffer = EMPTY;
  private at = 0;
  /** Up to where the input was searched for the end of a head, and where the line there begins. */
  private searched = 0;
  private lineStart = 0;
  private head: RequestHead | undefined;
  private known: BodyBuffer | undefined;
  private chunks: ChunkedBody | undefined;
  private skippedEmptyLine = false;
  private lastHead: RequestHead | undefined;
  private lastBytes: Buffer = EMPTY;

  constructor(limits: RequestLimits) {
    this.limits = limits;
  }

  /** Between requests, in a head, or in a body. */
  get phase(): 'idle' | 'head' | 'body' {
    if (this.head !== undefined) return 'body';
    return this.at < this.input.length ? 'head' : 'idle';
  }

  /** The head of the request whose body is arriving. */
  get arriving(): RequestHead | undefined {
    return this.head;
  }

  push(piece: Buffer): void {
    if (this.at === this.input.length) this.replaceInput(piece);
    else this.replaceInput(Buffer.concat([this.input.subarray(this.at), piece]), this.searched - this.at, this.lineStart - this.at);
  }

  /** The next request that is complete. Throws `HttpRejection`; there is no next request after that. */
  next(): FramedRequest | undefined {
    this.head ??= this.readHead();
    if (this.head === undefined) return undefined;
    const body = this.head.framing.chunked ? this.readChunks() : this.readKnown(this.head.framing.length);
    if (body === undefined) return undefined;
    const request = { head: this.head, body };
    this.release();
    this.searched = this.lineStart = this.at;
    this.skippedEmptyLine = false;
    if (this.at === this.input.length) this.replaceInput(EMPTY);
    return request;
  }

  /** Forgets the request that is arriving. To be called when the connection has ended. */
  release(): void {
    this.known?.release();
    this.chunks?.release();
    this.head = this.known = this.chunks = undefined;
  }

  private replaceInput(input: Buffer, searched = 0, lineStart = 0): void {
    this.input = input;
    this.at = 0;
    this.searched = searched;
    this.lineStart = lineStart;
  }

  private readHead(): RequestHead | undefined {
    const remembered = this.readRemembered();
    if (remembered !== undefined) return remembered;
    const end = this.findHeadEnd();
    if (end === -1) return undefined;
    if (end - this.at > this.limits.headBytes) throw this.headTooLong();
    const bytes = this.input.subarray(this.at, end + 2);
    const fields = bytes.subarray(0, -2);
    const head = parseHead(fields, fields.toString('latin1'), this.limits);
    if (bytes.length <= REMEMBERED_BYTES) {
      this.lastBytes = Buffer.from(bytes);
      this.lastHead = head;
    }
    this.at = end + 2;
    return head;
  }

  private readRemembered(): RequestHead | undefined {
    const end = this.at + this.lastBytes.length;
    if (this.lastHead === undefined || end > this.input.length || this.input.compare(this.lastBytes, 0, this.lastBytes.length, this.at, end) !== 0)
      return undefined;
    this.at = end;
    return this.lastHead;
  }

  /** Where the empty line behind a head begins; -1 when it has not arrived. Lines end in CR LF and nothing less. */
  private findHeadEnd(): number {
    const { input } = this;
    if (this.searched === this.at && !this.isAtRequestLine()) return -1;
    for (let i = this.searched; i < input.length; i++) {
      if (input[i] !== LF) continue;
      if (i === this.lineStart || input[i - 1] !== CR) throw malformed('lines that end in a carriage return and a line feed', this.textFrom(this.lineStart), 0);
      if (i - 1 === this.lineStart) return i - 1;
      this.lineStart = i + 1;
    }
    this.searched = input.length;
    const bytes = input.length - this.at;
    if (this.lineStart === this.at && bytes > this.limits.targetBytes + LONGEST_METHOD) throw targetTooLong(this.limits.targetBytes, bytes - LONGEST_METHOD);
    if (bytes > this.limits.headBytes) throw this.headTooLong();
    return -1;
  }

  /** Old clients send an empty line behind a body: one is skipped. What begins with anything but a letter is another protocol, whose client may wait for us. */
  private isAtRequestLine(): boolean {
    if (this.at === this.input.length) return false;
    if (this.input[this.at] === CR && !this.skippedEmptyLine) {
      if (this.at + 1 === this.input.length) return false;
      if (this.input[this.at + 1] === LF) {
        this.skippedEmptyLine = true;
        this.at += 2;
        this.searched = this.lineStart = this.at;
        return this.isAtRequestLine();
      }
    }
    const first = this.input[this.at] ?? 0;
    if (first < 0x41 || first > 0x5a) throw malformed('a method in capital letters', this.textFrom(this.at), 0);
    return true;
  }

  private textFrom(at: number): string {
    return this.input.toString('latin1', at, Math.min(at + 40, this.input.length));
  }

  private headTooLong(): HttpRejection {
    return new HttpRejection(431, `expected a request line and headers of at most ${this.limits.headBytes} bytes, given more`);
  }

  private readKnown(length: number): Buffer | undefined {
    const { input, at } = this;
    const available = input.length - at;
    if (this.known === undefined) {
      if (length === 0) return EMPTY;
      if (available >= length) {
        this.at += length;
        return input.subarray(at, at + length);
      }
      this.known = new BodyBuffer(length, this.limits.receiving, FIRST_BYTES);
    }
    const end = at + Math.min(available, length - this.known.length);
    if (!this.known.append(input, at, end)) throw noRoomForBody();
    this.at = end;
    if (this.known.length === length) return this.known.bytes();
    this.replaceInput(EMPTY);
    return undefined;
  }

  private readChunks(): Buffer | undefined {
    this.chunks ??= new ChunkedBody(this.limits);
    this.at = this.chunks.read(this.input, this.at);
    if (this.chunks.isDone) return this.chunks.bytes();
    this.replaceInput(EMPTY);
    return undefined;
  }
}

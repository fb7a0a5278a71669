import { BodyBuffer } from './body-buffer.ts';
import { COLON, CR, FIELD_VALUE, hexDigit, LF, TOKEN } from './character-classes.ts';
import { bodyTooLarge, noRoomForBody, type RequestLimits } from './check-framing.ts';
import { HttpRejection } from './http-rejection.ts';

type ExtensionState = 'extension-start' | 'extension-name' | 'extension-equals' | 'extension-value' | QuotedState;
type QuotedState = 'quoted' | 'quoted-escape' | 'quoted-end';
type TrailerState = 'trailer' | 'trailer-name' | 'trailer-value' | 'trailer-lf';
type State = 'size' | ExtensionState | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | TrailerState | 'last-lf' | 'done';

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Fields that say how a request is framed or routed. Behind the body, they are there to fool somebody. */
const HEAD_ONLY: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'host', 'connection', 'authorization']);

/**
 * A body in chunks, read byte by byte between the data, so that nothing has to be kept where a piece of input ends. Extensions are checked and dropped, as are
 * trailers. Throws `HttpRejection`.
 */
export class ChunkedBody {
  private readonly limits: RequestLimits;
  private readonly body: BodyBuffer;
  private state: State = 'size';
  private size = 0;
  private digits = 0;
  private trailerName = '';
  /** Bytes of extensions and trailers, which are bounded as a head is. */
  private besideData = 0;

  constructor(limits: RequestLimits) {
    this.limits = limits;
    this.body = new BodyBuffer(limits.bodyBytes, limits.receiving);
  }

  get isDone(): boolean {
    return this.state === 'done';
  }

  bytes(): Buffer {
    return this.body.bytes();
  }

  /** To be called once, when the body is whole or nobody waits for it any more. */
  release(): void {
    this.body.release();
  }

  /** Reads `input` from `at` on, and tells where it stopped: behind the body, or at the end of the input. */
  read(input: Buffer, at: number): number {
    while (at < input.length && this.state !== 'done') {
      if (this.state === 'data') at = this.readData(input, at);
      else this.readByte(input[at++] ?? 0);
    }
    return at;
  }

  private readData(input: Buffer, at: number): number {
    const end = Math.min(input.length, at + this.size);
    if (!this.body.append(input, at, end)) throw noRoomForBody();
    this.size -= end - at;
    if (this.size === 0) this.state = 'data-cr';
    return end;
  }

  private readByte(byte: number): void {
    switch (this.state) {
      case 'size':
        return this.readSize(byte);
      case 'size-lf':
        expect(byte, LF, 'a line feed after the size of a chunk');
        this.state = this.size === 0 ? 'trailer' : 'data';
        return;
      case 'data-cr':
        return this.step(byte, CR, 'data-lf');
      case 'data-lf':
        this.digits = 0;
        return this.step(byte, LF, 'size');
      case 'trailer-lf':
        return this.step(byte, LF, 'trailer');
      case 'last-lf':
        return this.step(byte, LF, 'done');
      case 'trailer':
      case 'trailer-name':
      case 'trailer-value':
        return this.readTrailer(byte);
      default:
        return this.readExtension(byte);
    }
  }

  private step(byte: number, expected: number, next: State): void {
    expect(byte, expected, expected === CR ? 'a carriage return after the data of a chunk' : 'a line feed after a carriage return');
    this.state = next;
  }

  private readSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0 && this.digits < 16) {
      this.size = (this.digits === 0 ? 0 : this.size * 16) + digit;
      this.digits++;
      const bytes = this.body.length + this.size;
      if (bytes > this.limits.bodyBytes) throw bodyTooLarge(this.limits.bodyBytes, `${bytes} or more`);
    } else if (this.digits > 0 && byte === CR) this.state = 'size-lf';
    else if (this.digits > 0 && byte === SEMICOLON) this.state = 'extension-start';
    else throw unexpected(byte, 'a chunk size of at most 16 hexadecimal digits');
  }

  private readExtension(byte: number): void {
    this.countBesideData();
    if (this.state === 'quoted' || this.state === 'quoted-escape') return this.readQuoted(byte);
    const behindText = this.state === 'extension-name' || this.state === 'extension-value' || this.state === 'quoted-end';
    if (this.state === 'quoted-end' && TOKEN[byte] === 1) throw unexpected(byte, 'the end of a chunk extension behind its quoted value');
    if (TOKEN[byte] === 1) {
      if (this.state === 'extension-start') this.state = 'extension-name';
      else if (this.state === 'extension-equals') this.state = 'extension-value';
    } else if (behindText && byte === CR) this.state = 'size-lf';
    else if (behindText && byte === SEMICOLON) this.state = 'extension-start';
    else if (this.state === 'extension-name' && byte === EQUALS) this.state = 'extension-equals';
    else if (this.state === 'extension-equals' && byte === QUOTE) this.state = 'quoted';
    else throw unexpected(byte, 'a chunk extension of plain characters, or with a value in quotes');
  }

  /** A quoted value holds no control characters, so that whoever does not know of quotes finds the same end of the line. */
  private readQuoted(byte: number): void {
    if (FIELD_VALUE[byte] !== 1) throw unexpected(byte, 'a quoted value without control characters');
    if (this.state === 'quoted-escape') this.state = 'quoted';
    else if (byte === BACKSLASH) this.state = 'quoted-escape';
    else if (byte === QUOTE) this.state = 'quoted-end';
  }

  private readTrailer(byte: number): void {
    this.countBesideData();
    if (this.state === 'trailer' && byte === CR) this.state = 'last-lf';
    else if (this.state === 'trailer-name' && byte === COLON) this.endTrailerName();
    else if (this.state === 'trailer-value') {
      if (byte === CR) this.state = 'trailer-lf';
      else if (FIELD_VALUE[byte] !== 1) throw unexpected(byte, 'a trailer value without control characters');
    } else if (TOKEN[byte] === 1) {
      this.trailerName = (this.state === 'trailer' ? '' : this.trailerName) + String.fromCharCode(byte);
      this.state = 'trailer-name';
    } else throw unexpected(byte, 'the name of a trailer and a colon');
  }

  private endTrailerName(): void {
    const name = this.trailerName.toLowerCase();
    if (HEAD_ONLY.has(name)) throw new HttpRejection(400, `expected "${name}" in the head of a request, given as a trailer`);
    this.state = 'trailer-value';
  }

  private countBesideData(): void {
    this.besideData++;
    if (this.besideData > this.limits.headBytes) {
      throw new HttpRejection(431, `expected at most ${this.limits.headBytes} bytes of chunk extensions and trailers, given more`);
    }
  }
}

function expect(byte: number, expected: number, what: string): void {
  if (byte !== expected) throw unexpected(byte, what);
}

function unexpected(byte: number, what: string): HttpRejection {
  return new HttpRejection(400, `expected ${what}, given byte 0x${byte.toString(16).padStart(2, '0')}`);
}

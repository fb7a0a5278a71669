import type { ByteBudget } from '../../http/byte-budget.ts';
import type { Frame } from './frame-reader.ts';
import { HpackDecoder } from './hpack-decoder.ts';
import type { HeaderField } from './hpack-tables.ts';
import { FLAG, FRAME, Http2Violation, REASON } from './http2-constants.ts';
import type { NuisanceBudget } from './nuisance-budget.ts';
import { unpadded } from './unpadded.ts';

/** The headers of a stream, or its trailers. */
export interface HeaderBlock {
  readonly stream: number;
  /** The client sends nothing on the stream after it. */
  readonly isLast: boolean;
  /** Undefined where they are more than is taken. */
  readonly fields: readonly HeaderField[] | undefined;
}

/** A header block whose end has not come yet. */
interface OpenBlock {
  readonly stream: number;
  readonly isLast: boolean;
  readonly parts: Buffer[];
  bytes: number;
}

const SMALLEST_PART = 64;

/** Puts the header blocks of one connection together from HEADERS and CONTINUATION frames, and decodes them. Throws an `Http2Violation`. */
export class HeaderBlocks {
  private readonly hpack = new HpackDecoder();
  private readonly maximumBytes: number;
  private readonly nuisance: NuisanceBudget;
  private readonly receiving: ByteBudget;
  private block: OpenBlock | undefined;

  /** `maximumBytes` of one block, as it is sent; what waits for its end is taken from `receiving`. */
  constructor({ maximumBytes, receiving, nuisance }: { readonly maximumBytes: number; readonly receiving: ByteBudget; readonly nuisance: NuisanceBudget }) {
    this.maximumBytes = maximumBytes;
    this.receiving = receiving;
    this.nuisance = nuisance;
  }

  /** Whether a block waits for its end. */
  get isOpen(): boolean {
    return this.block !== undefined;
  }

  /** Nothing may come between the frames of a block. */
  checkOrder({ type, stream }: Frame): void {
    if (this.block !== undefined && (type !== FRAME.continuation || stream !== this.block.stream))
      throw new Http2Violation(REASON.protocol, 'a header block is not continued');
  }

  /** The block of a HEADERS frame; undefined where it is continued. */
  begin(frame: Frame): HeaderBlock | undefined {
    if (frame.stream === 0 || frame.stream % 2 === 0) throw new Http2Violation(REASON.protocol, `headers on stream ${frame.stream}`);
    const { start, end } = unpadded(frame);
    const from = (frame.flags & FLAG.priority) === 0 ? start : start + 5;
    if (from > end) throw new Http2Violation(REASON.frameSize, 'a HEADERS frame is too short for its priority');
    const isLast = (frame.flags & FLAG.endStream) !== 0;
    if ((frame.flags & FLAG.endHeaders) !== 0) return { stream: frame.stream, isLast, fields: this.hpack.decode(frame.bytes, from, end) };
    this.block = { stream: frame.stream, isLast, parts: [], bytes: 0 };
    this.append(this.block, frame.bytes.subarray(from, end));
    return undefined;
  }

  /** The connection has ended. */
  release(): void {
    this.receiving.give(this.block?.bytes ?? 0);
    this.block = undefined;
  }

  /** The block that a CONTINUATION frame ends; undefined where it does not. */
  continue(frame: Frame): HeaderBlock | undefined {
    const { block } = this;
    if (block === undefined) throw new Http2Violation(REASON.protocol, 'a CONTINUATION frame continues nothing');
    // Blocks in crumbs cost more than they say.
    if (frame.end - frame.start < SMALLEST_PART) this.nuisance.spend();
    this.append(block, frame.bytes.subarray(frame.start, frame.end));
    if ((frame.flags & FLAG.endHeaders) === 0) return undefined;
    const bytes = Buffer.concat(block.parts, block.bytes);
    this.release();
    return { stream: block.stream, isLast: block.isLast, fields: this.hpack.decode(bytes, 0, bytes.length) };
  }

  private append(block: OpenBlock, part: Buffer): void {
    if (block.bytes + part.length > this.maximumBytes || !this.receiving.take(part.length))
      throw new Http2Violation(REASON.enhanceYourCalm, `more than ${this.maximumBytes} bytes of headers, or more than there is room for`);
    block.bytes += part.length;
    // Copied, because a part keeps all alive that arrived with it.
    block.parts.push(Buffer.from(part));
  }
}

import { FRAME_BYTES, FRAME_HEADER_BYTES, Http2Violation, REASON } from './http2-constants.ts';

/** A frame whose payload lies in `bytes` between `start` and `end`. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Cuts what a client sends into frames. */
export class FrameReader {
  private rest: Buffer | undefined;
  private begun = false;

  /** Whether part of a frame waits for what follows. */
  get isPartial(): boolean {
    return this.rest !== undefined || !this.begun;
  }

  /** Hands on every frame that is whole now. Throws an `Http2Violation` for what is not HTTP/2 or too large. */
  push(chunk: Buffer, onFrame: (frame: Frame) => void): void {
    const bytes = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = undefined;
    let position = this.begun ? 0 : this.passPreface(bytes);
    while (bytes.length - position >= FRAME_HEADER_BYTES) {
      const length = bytes.readUIntBE(position, 3);
      if (length > FRAME_BYTES) throw new Http2Violation(REASON.frameSize, `a frame of ${length} bytes, at most ${FRAME_BYTES} are taken`);
      const start = position + FRAME_HEADER_BYTES;
      const end = start + length;
      if (end > bytes.length) break;
      const stream = bytes.readUInt32BE(position + 5) & 0x7fff_ffff;
      onFrame({ type: bytes[position + 3] ?? 0, flags: bytes[position + 4] ?? 0, stream, bytes, start, end });
      position = end;
    }
    if (position < bytes.length) this.rest = bytes.subarray(position);
  }

  /** Where the first frame begins; the end of the bytes while the preface is not whole. */
  private passPreface(bytes: Buffer): number {
    const given = bytes.subarray(0, PREFACE.length);
    if (!given.equals(PREFACE.subarray(0, given.length))) throw new Http2Violation(REASON.protocol, 'the connection does not begin with the preface of HTTP/2');
    if (given.length < PREFACE.length) {
      this.rest = given;
      return bytes.length;
    }
    this.begun = true;
    return PREFACE.length;
  }
}

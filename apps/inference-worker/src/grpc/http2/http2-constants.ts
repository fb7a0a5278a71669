/** Frame types of RFC 9113, section 6. */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** Flags of frames. */
export const FLAG = { acknowledge: 0x1, endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

/** Settings that are read or sent. */
export const SETTING = { enablePush: 2, maximumStreams: 3, initialWindow: 4, maximumFrame: 5, maximumHeaders: 6 } as const;

/** Error codes of RFC 9113, section 7. */
export const REASON = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const;
export type Reason = (typeof REASON)[keyof typeof REASON];

export const FRAME_HEADER_BYTES = 9;
/** Of a window and of a window's growth. */
export const LARGEST_WINDOW = 0x7fff_ffff;
/** Before the peer says otherwise. */
export const DEFAULT_WINDOW = 65_535;
/** The largest frame that is taken, and sent before the peer allows more. */
export const FRAME_BYTES = 16_384;

/** What ends a connection. */
export class Http2Violation extends Error {
  override readonly name = 'Http2Violation';
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Writes the head of a frame at `offset`. */
export function writeFrameHead(bytes: Buffer, offset: number, { length, type, flags, stream }: FrameHead): void {
  bytes[offset] = length >>> 16;
  bytes[offset + 1] = length >>> 8;
  bytes[offset + 2] = length;
  bytes[offset + 3] = type;
  bytes[offset + 4] = flags;
  bytes.writeUInt32BE(stream, offset + 5);
}

export interface FrameHead {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
}

/** A frame of its own. */
export function frameOf(type: number, flags: number, stream: number, payload: Uint8Array = NOTHING): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  writeFrameHead(bytes, 0, { length: payload.length, type, flags, stream });
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

const NOTHING = new Uint8Array(0);

/** Numbers of 32 bits, big-endian. */
export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

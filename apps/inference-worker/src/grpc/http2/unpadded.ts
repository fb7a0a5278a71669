import type { Frame } from './frame-reader.ts';
import { FLAG, Http2Violation, REASON } from './http2-constants.ts';

/** Where the payload of a DATA or HEADERS frame lies without its padding. Throws an `Http2Violation` for padding that is longer than the frame. */
export function unpadded({ flags, bytes, start, end }: Frame): { readonly start: number; readonly end: number } {
  if ((flags & FLAG.padded) === 0) return { start, end };
  const padding = bytes[start] ?? 0;
  if (start === end || padding > end - start - 1) throw new Http2Violation(REASON.protocol, 'a frame is padded beyond its end');
  return { start: start + 1, end: end - padding };
}

import type { Frame } from './frame-reader.ts';
import { FRAME_BYTES, Http2Violation, LARGEST_WINDOW, REASON, SETTING } from './http2-constants.ts';

const LARGEST_FRAME = 2 ** 24 - 1;

/** What a client's settings say to a server. Throws an `Http2Violation` for values that are not allowed. */
export function readSettings({ bytes, start, end }: Frame): { readonly initialWindow: number | undefined; readonly maximumFrame: number | undefined } {
  if ((end - start) % 6 !== 0) throw new Http2Violation(REASON.frameSize, `settings of ${end - start} bytes`);
  let initialWindow: number | undefined;
  let maximumFrame: number | undefined;
  for (let at = start; at < end; at += 6) {
    const name = bytes.readUInt16BE(at);
    const value = bytes.readUInt32BE(at + 2);
    if (name === SETTING.enablePush) {
      if (value > 1) throw new Http2Violation(REASON.protocol, `a setting for pushes of ${value}, which is 0 or 1`);
    } else if (name === SETTING.initialWindow) {
      if (value > LARGEST_WINDOW) throw new Http2Violation(REASON.flowControl, `an initial window of ${value} bytes`);
      initialWindow = value;
    } else if (name === SETTING.maximumFrame) {
      if (value < FRAME_BYTES || value > LARGEST_FRAME) throw new Http2Violation(REASON.protocol, `frames of ${value} bytes`);
      maximumFrame = value;
    }
  }
  return { initialWindow, maximumFrame };
}

import { closeSync, readSync, writeSync } from 'node:fs';
import { liveWithParent } from './live-with-parent.ts';
import { encodeFrame, FrameReader } from './session-frames.ts';
import { MESSAGE_PIPE } from './session-pipes.ts';
import type { SessionReply, SessionRequest } from './session-messages.ts';

const PIECE_BYTES = 64 * 1024;

// A process that owns one session, so that whatever ends it ends nothing else. It reads and writes its pipe blocking: it has nothing
// else to do, and that costs half of what an event loop would. It never ends by itself: the node ends it, or the death of the node.
liveWithParent();
// See `onnx-runtime.ts`: its native side refuses the FP16 tensors of a JavaScript that knows them.
Reflect.deleteProperty(globalThis, 'Float16Array');
const { SessionHost } = await import('./session-host.ts');
await serve(new SessionHost());

async function serve(host: { answer(request: SessionRequest): Promise<SessionReply> }): Promise<void> {
  const reader = new FrameReader<SessionRequest>();
  const piece = Buffer.alloc(PIECE_BYTES);
  for (let count = readSync(MESSAGE_PIPE, piece); count > 0; count = readSync(MESSAGE_PIPE, piece)) {
    for (const request of reader.take(piece.subarray(0, count))) {
      for (const part of encodeFrame(await host.answer(request))) writeAll(part);
    }
  }
  closeSync(MESSAGE_PIPE);
}

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(MESSAGE_PIPE, bytes, at);
}

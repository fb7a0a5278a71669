import { closeSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { encodeFrame, FrameReader } from './session-frames.ts';
import { MESSAGE_PIPE } from './session-pipes.ts';
import type { SessionReply, SessionRequest } from './session-messages.ts';

/** How much nicer than the node a session process is, as session threads are. */
const NICENESS = 5;
const PIECE_BYTES = 64 * 1024;

// A process that owns one session, so that whatever ends it ends nothing else. It reads and writes its pipe blocking: it has nothing
// else to do, and that costs half of what an event loop would. It never ends by itself: the node ends it, or the death of the node.
ignoreSignals();
giveWay();
watchNode();
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

/** A Ctrl-C, or a supervisor that signals the whole group, is for the node: it drains first. */
function ignoreSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
}

/** The node, which takes requests, goes first; and where memory runs out, the kernel ends a session and not the node. */
function giveWay(): void {
  try {
    setPriority(NICENESS);
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not Linux, or no such right: it stays as it is.
  }
}

/** A run that never ends would outlive a node that was killed, so a thread of its own waits for that. */
function watchNode(): void {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  new Worker(new URL(`./node-watch.worker${extension}`, import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 },
  }).unref();
}

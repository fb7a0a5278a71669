import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { endReasonOf } from './end-reason.ts';
import { encodeFrame, FrameReader } from './session-frames.ts';
import type { OnReply, SessionLink } from './session-link.ts';
import type { SessionReply, SessionRequest } from './session-messages.ts';
import { MESSAGE_PIPE } from './session-pipes.ts';
import { spawnSession } from './spawn-session.ts';

/** The session processes that live. */
const living = new Set<number>();

/** The ids of the session processes of this node. */
export function sessionProcessIds(): readonly number[] {
  return [...living];
}

/** How a session process is started. */
export interface ProcessLinkOptions {
  readonly entry: URL;
  readonly memoryLimitBytes: number | undefined;
  readonly onReply: OnReply;
}

/** A session in a process of its own, whose death is its own. */
export class ProcessLink implements SessionLink {
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;

  constructor({ entry, memoryLimitBytes, onReply }: ProcessLinkOptions) {
    const child = spawnSession({ entry, messages: 'pipe', memoryLimitBytes });
    const { pid } = child;
    this.#child = child;
    this.#pipe = child.stdio[MESSAGE_PIPE] as Duplex;
    if (pid !== undefined) living.add(pid);
    const reader = new FrameReader<SessionReply>();
    this.#pipe.on('data', (piece: Buffer) => {
      const replies = repliesIn(reader, piece);
      if (replies === undefined) this.end();
      else for (const reply of replies) onReply(reply);
    });
    this.ended = endReasonOf(child).finally(() => {
      if (pid !== undefined) living.delete(pid);
    });
  }

  post(request: SessionRequest): void {
    this.#pipe.cork();
    for (const part of encodeFrame(request)) this.#pipe.write(part);
    this.#pipe.uncork();
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Undefined where the process wrote something else: a model that writes over memory may write over messages as well. */
function repliesIn(reader: FrameReader<SessionReply>, piece: Buffer): readonly SessionReply[] | undefined {
  try {
    return reader.take(piece);
  } catch {
    return undefined;
  }
}

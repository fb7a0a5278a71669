import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Holder } from '../admission/fair-queue.ts';
import { Lanes } from '../admission/lanes.ts';
import type { Pace } from './pace.ts';

/** From here on an answer counts as large. */
const LARGE_BYTES = 256 * 1024;
/** Longer answers are sent in pieces, so that it shows whether the peer takes them. */
const PIECE_BYTES = 64 * 1024;

const LARGE = { atMost: 24, perWorkspace: 8, perToken: 4, waiting: 16, waitingPerToken: 4, seconds: 5 };

/** Large answers take turns until they are sent: their readers decide how long they stay in memory, though not longer than the pace of large ones allows. */
export class AnswerTurns {
  readonly #pace: Pace;
  readonly #sending = new Lanes({ slots: 24, what: 'The sending of large answers', lanes: { SENDING: LARGE } });

  constructor(collaborators: { readonly pace: Pace }) {
    this.#pace = collaborators.pace;
  }

  /** Resolves when the answer may be sent. A small one may at once. */
  async enter(request: FastifyRequest, holder: Holder, bytes: number): Promise<void> {
    if (bytes <= LARGE_BYTES) return;
    request.turns.hold(await this.#sending.enter('SENDING', holder));
    this.#pace.hurry(request);
  }
}

export function inPieces(bytes: Buffer): Buffer | Readable {
  return bytes.length > PIECE_BYTES ? Readable.from(piecesOf(bytes)) : bytes;
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) yield bytes.subarray(from, from + PIECE_BYTES);
}

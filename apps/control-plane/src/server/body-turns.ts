import type { FastifyRequest } from 'fastify';
import type { Holder } from '../admission/fair-queue.ts';
import { Lanes, type Leave } from '../admission/lanes.ts';

/** From here on a body counts as large. */
const LARGE_BYTES = 256 * 1024;

const WAIT = { waiting: 64, waitingPerToken: 32, seconds: 20 };

/**
 * Large bodies take turns, twice: to arrive, so that what is held of them is bounded, and to be parsed, because a body takes many times
 * its size then. A workspace never has all of either, and whoever sends slowly is cut off by the pace, so nobody waits for him.
 */
export class BodyTurns {
  readonly #arriving = new Lanes({ slots: 4, what: 'The door for large bodies', lanes: { ARRIVING: { atMost: 4, perWorkspace: 2, perToken: 2, ...WAIT } } });
  readonly #parsing = new Lanes({ slots: 2, what: 'The reading of large bodies', lanes: { PARSING: { atMost: 2, perWorkspace: 1, perToken: 1, ...WAIT } } });

  /** Resolves when the body may arrive. A small one may at once. */
  async arrive(request: FastifyRequest, holder: Holder): Promise<Leave | undefined> {
    return isLarge(request) ? this.#arriving.enter('ARRIVING', holder) : undefined;
  }

  parse(holder: Holder): Promise<Leave> {
    return this.#parsing.enter('PARSING', holder);
  }
}

/** A body of untold length counts as large. */
export function isLarge({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LARGE_BYTES;
}

/** The turns that one request holds: given back when it moves on, or when its answer is closed, whatever comes first. */
export class HeldTurns {
  #held: Leave[] = [];
  #ended = false;

  hold(leave: Leave): void {
    if (this.#ended) leave();
    else this.#held.push(leave);
  }

  leave(): void {
    for (const leave of this.#held.splice(0)) leave();
  }

  end(): void {
    this.#ended = true;
    this.leave();
  }
}

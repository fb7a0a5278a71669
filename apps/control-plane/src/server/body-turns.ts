import { MillraceError } from '@millrace/contracts';
import type { FastifyRequest } from 'fastify';
import type { Holder } from '../admission/fair-queue.ts';
import { Lanes, type Leave } from '../admission/lanes.ts';

/** From here on a body counts as large on the wire, and as heavy in memory. */
const LARGE_BYTES = 256 * 1024;
/** What no body may weigh once it is parsed: several times what the largest segment of a prediction log does. */
const MAXIMUM_WEIGHT = 48 * 1024 * 1024;

const WAIT = { waiting: 64, waitingPerToken: 32, seconds: 20 };
const SMALL = { atMost: 512, perWorkspace: 256, perToken: 128, waiting: 512, waitingPerToken: 128, seconds: 5 };

/**
 * Bodies take turns, twice: to arrive, so that what is held of them is bounded, and to be parsed, because a body may take many times
 * its size then. A workspace never has all of either, and whoever sends slowly is cut off by the pace, so nobody waits for him.
 */
export class BodyTurns {
  readonly #arriving = new Lanes({ slots: 4, what: 'The door for large bodies', lanes: { ARRIVING: { atMost: 4, perWorkspace: 2, perToken: 2, ...WAIT } } });
  readonly #small = new Lanes({ slots: 512, what: 'The door for bodies', lanes: { ARRIVING: SMALL } });
  readonly #parsing = new Lanes({ slots: 3, what: 'The reading of large bodies', lanes: { PARSING: { atMost: 3, perWorkspace: 1, perToken: 1, ...WAIT } } });

  /** Resolves when the body may arrive. A small one may at once, unless hundreds do. */
  arrive(request: FastifyRequest, holder: Holder): Promise<Leave> {
    return (isLarge(request) ? this.#arriving : this.#small).enter('ARRIVING', holder);
  }

  /**
   * Parses a body that is there, when it may be. A heavy one keeps the turn in which it arrived until then. Nothing else happens while it
   * is parsed, so the next heavy one waits until everybody else has had the process for as long.
   */
  async parse<Value>(turns: HeldTurns, { holder, weight, parse }: Parsing<Value>): Promise<Value> {
    if (weight > MAXIMUM_WEIGHT) throw tooHeavy();
    const leave = weight > LARGE_BYTES ? await this.#parsing.enter('PARSING', holder) : undefined;
    turns.leave();
    const from = performance.now();
    try {
      return parse();
    } finally {
      const took = performance.now() - from;
      if (leave !== undefined) turns.hold(() => void setTimeout(leave, took).unref());
    }
  }
}

export interface Parsing<Value> {
  readonly holder: Holder;
  /** About how many bytes it takes once it is parsed. */
  readonly weight: number;
  readonly parse: () => Value;
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

function tooHeavy(): MillraceError {
  return new MillraceError('REQUEST_TOO_LARGE', `The body takes more than ${MAXIMUM_WEIGHT} bytes once it is read. Send fewer values at once.`, {
    fields: { path: 'body', maximum: MAXIMUM_WEIGHT },
  });
}

import { MillraceError } from '@millrace/contracts';
import { FairQueue, type Holder } from './fair-queue.ts';

export interface LaneOptions {
  /** Slots that the lane may have when it is the only one. What it may not have is kept for lanes before it. */
  readonly atMost: number;
  /** Slots that the lane gets before others get more. */
  readonly atLeast?: number;
  /** Of its slots, what one workspace and one token may have at once. */
  readonly perWorkspace: number;
  readonly perToken: number;
  /** How many may wait, of all and of one token, and for how long. */
  readonly waiting: number;
  readonly waitingPerToken: number;
  readonly seconds: number;
}

export interface LanesOptions<Lane extends string> {
  readonly slots: number;
  /** The first goes first. */
  readonly lanes: Readonly<Record<Lane, LaneOptions>>;
  /** What is full when nobody else fits: for the message. */
  readonly what: string;
  readonly onRefused?: (lane: Lane) => void;
}

/** Gives the slot back; calling it again changes nothing. */
export type Leave = () => void;

interface Waiting {
  readonly holder: Holder;
  readonly enter: (leave: Leave) => void;
  readonly refuse: (refusal: MillraceError) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Slots for work that goes on at once, shared by lanes. A lane that goes first is served first, and the others cannot take its last
 * slots; within a lane workspaces and tokens take turns. Nobody waits longer than his lane allows: work that cannot be begun in time is
 * refused at once or then, with the time after which it may be tried again, so that what is accepted stays quick however much is asked.
 */
export class Lanes<Lane extends string> {
  readonly #options: LanesOptions<Lane>;
  readonly #lanes: readonly LaneState<Lane>[];
  #running = 0;

  constructor(options: LanesOptions<Lane>) {
    this.#options = options;
    this.#lanes = Object.entries<LaneOptions>(options.lanes).map(([name, lane]) => new LaneState(name as Lane, lane));
  }

  /** @throws MillraceError `TOO_MANY_REQUESTS` when the share of the token is taken and its queue is full, `UNAVAILABLE` when everything is full or nothing came free in time */
  enter(name: Lane, holder: Holder): Promise<Leave> {
    const lane = this.#lane(name);
    if (lane.queue.size === 0 && this.#hasRoom(lane) && lane.mayHold(holder)) return Promise.resolve(this.#begin(lane, holder));
    if (lane.queue.sizeOf(holder) >= lane.options.waitingPerToken) throw this.#refusal(lane, 'TOO_MANY_REQUESTS');
    if (lane.queue.size >= lane.options.waiting) this.#makeRoom(lane, holder);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        lane.queue.drop(holder, waiting);
        reject(this.#refusal(lane, 'UNAVAILABLE'));
      }, lane.options.seconds * 1000);
      const waiting: Waiting = { holder, enter: resolve, refuse: reject, timer };
      lane.queue.add(holder, waiting);
      this.#next();
    });
  }

  /** A full queue is no reason to refuse whoever has less in it than others: the last of theirs is refused instead. */
  #makeRoom(lane: LaneState<Lane>, holder: Holder): void {
    const refusal = this.#refusal(lane, 'UNAVAILABLE');
    const last = lane.queue.dropFromLargest(holder);
    if (last === undefined) throw refusal;
    clearTimeout(last.timer);
    last.refuse(refusal);
  }

  /** Does the work in a slot of the lane. */
  async run<Result>(name: Lane, holder: Holder, work: () => Promise<Result>): Promise<Result> {
    const leave = await this.enter(name, holder);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  waiting(name: Lane): number {
    return this.#lane(name).queue.size;
  }

  running(name: Lane): number {
    return this.#lane(name).running;
  }

  #lane(name: Lane): LaneState<Lane> {
    const lane = this.#lanes.find((one) => one.name === name);
    if (lane === undefined) throw new Error(`There is no lane ${name}.`);
    return lane;
  }

  #hasRoom(lane: LaneState<Lane>): boolean {
    return this.#running < lane.options.atMost && this.#running < this.#options.slots;
  }

  #begin(lane: LaneState<Lane>, holder: Holder): Leave {
    this.#running += 1;
    lane.hold(holder, 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#running -= 1;
      lane.hold(holder, -1);
      this.#next();
    };
  }

  /** Lets in whoever fits: lanes that have less than their least first, then in their order. */
  #next(): void {
    const short = this.#lanes.filter(({ running, options }) => running < (options.atLeast ?? 0));
    for (const lane of [...short, ...this.#lanes]) {
      while (this.#hasRoom(lane) || (short.includes(lane) && this.#running < this.#options.slots && lane.running < (lane.options.atLeast ?? 0))) {
        const waiting = lane.queue.take((holder) => lane.mayHold(holder));
        if (waiting === undefined) break;
        clearTimeout(waiting.timer);
        waiting.enter(this.#begin(lane, waiting.holder));
      }
    }
  }

  #refusal({ name, options }: LaneState<Lane>, code: 'TOO_MANY_REQUESTS' | 'UNAVAILABLE'): MillraceError {
    this.#options.onRefused?.(name);
    const retryAfterSeconds = Math.max(1, Math.ceil(options.seconds));
    const why = code === 'UNAVAILABLE' ? `${this.#options.what} is busy` : `This token has ${options.waitingPerToken} requests waiting already`;
    return new MillraceError(code, `${why}. Try again in ${retryAfterSeconds} s, or send fewer at once.`, {
      retryable: true,
      fields: { lane: name, retryAfterSeconds },
    });
  }
}

/** One lane: who waits in it, and who holds how many of its slots. */
class LaneState<Lane extends string> {
  readonly name: Lane;
  readonly options: LaneOptions;
  readonly queue = new FairQueue<Waiting>();
  readonly #held = new Map<string, number>();
  running = 0;

  constructor(name: Lane, options: LaneOptions) {
    this.name = name;
    this.options = options;
  }

  mayHold({ workspaceId, tokenId }: Holder): boolean {
    return (this.#held.get(workspaceId) ?? 0) < this.options.perWorkspace && (this.#held.get(`${workspaceId} ${tokenId}`) ?? 0) < this.options.perToken;
  }

  hold({ workspaceId, tokenId }: Holder, change: 1 | -1): void {
    this.running += change;
    for (const key of [workspaceId, `${workspaceId} ${tokenId}`]) {
      const held = (this.#held.get(key) ?? 0) + change;
      if (held === 0) this.#held.delete(key);
      else this.#held.set(key, held);
    }
  }
}

import type { WebSocket } from 'ws';
import type { Holder } from '../admission/fair-queue.ts';

/** What one token, one workspace and the process may have open at once. */
export interface SocketLimits {
  /** Sockets that have not said who they are. */
  readonly strangers: number;
  readonly sockets: number;
  readonly socketsPerWorkspace: number;
  readonly socketsPerToken: number;
  readonly subscriptions: number;
  readonly subscriptionsPerWorkspace: number;
  readonly subscriptionsPerToken: number;
  readonly subscriptionsPerSocket: number;
  /** What all subscriptions of one token, one workspace and the process weigh: what a change costs that wakes them all, and the texts that are kept for it. */
  readonly weight: number;
  readonly weightPerWorkspace: number;
  readonly weightPerToken: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  strangers: 500,
  sockets: 2000,
  socketsPerWorkspace: 400,
  socketsPerToken: 100,
  subscriptions: 2500,
  subscriptionsPerWorkspace: 1000,
  subscriptionsPerToken: 500,
  subscriptionsPerSocket: 250,
  weight: 600_000,
  weightPerWorkspace: 300_000,
  weightPerToken: 150_000,
};

/** One socket: whose it is once that is known, and what is followed over it. */
export interface OpenSocket {
  readonly socket: WebSocket;
  holder: Holder | undefined;
  /** Their ids, those that are being opened with them. */
  subscriptions: () => readonly string[];
  /** What each weighs, by its id. */
  readonly weights: Map<string, number>;
}

/** Every socket that is open, counted by whose it is. */
export class SocketRegister {
  readonly #limits: SocketLimits;
  readonly #open = new Set<OpenSocket>();

  constructor(limits: SocketLimits = SOCKET_LIMITS) {
    this.#limits = limits;
  }

  get sockets(): number {
    return this.#open.size;
  }

  get subscriptions(): number {
    return countOf(this.#open);
  }

  add(open: OpenSocket): void {
    this.#open.add(open);
  }

  remove(open: OpenSocket): void {
    this.#open.delete(open);
  }

  /** Whether another socket may be opened by somebody who has not said yet who he is. */
  hasRoom(): boolean {
    return this.#open.size < this.#limits.sockets && [...this.#open].filter(({ holder }) => holder === undefined).length < this.#limits.strangers;
  }

  /** Whether this holder may have one more socket. */
  maySocket({ workspaceId, tokenId }: Holder): boolean {
    const ofWorkspace = this.#of(workspaceId);
    return (
      ofWorkspace.length < this.#limits.socketsPerWorkspace &&
      ofWorkspace.filter(({ holder }) => holder?.tokenId === tokenId).length < this.#limits.socketsPerToken
    );
  }

  /** Whether one more subscription fits on the socket, and into the shares of its holder. Those that are being opened count. */
  maySubscribe(open: OpenSocket): boolean {
    const { holder } = open;
    if (holder === undefined) return false;
    const ofWorkspace = this.#of(holder.workspaceId);
    const ofToken = ofWorkspace.filter((one) => one.holder?.tokenId === holder.tokenId);
    return (
      open.subscriptions().length <= this.#limits.subscriptionsPerSocket &&
      countOf(ofToken) <= this.#limits.subscriptionsPerToken &&
      countOf(ofWorkspace) <= this.#limits.subscriptionsPerWorkspace &&
      this.subscriptions <= this.#limits.subscriptions
    );
  }

  /** Whether a subscription of so much weight fits into the shares of its holder, from now on taken. */
  mayFollow(open: OpenSocket, id: string, weight: number): boolean {
    const ofWorkspace = this.#of(open.holder?.workspaceId ?? '');
    const ofToken = ofWorkspace.filter(({ holder }) => holder?.tokenId === open.holder?.tokenId);
    const fits =
      weightOf(ofToken) + weight <= this.#limits.weightPerToken &&
      weightOf(ofWorkspace) + weight <= this.#limits.weightPerWorkspace &&
      weightOf(this.#open) + weight <= this.#limits.weight;
    const followed = new Set(open.subscriptions());
    for (const ended of open.weights.keys()) if (!followed.has(ended)) open.weights.delete(ended);
    if (fits) open.weights.set(id, weight);
    return fits;
  }

  [Symbol.iterator](): Iterator<OpenSocket> {
    return this.#open[Symbol.iterator]();
  }

  #of(workspaceId: string): OpenSocket[] {
    return [...this.#open].filter(({ holder }) => holder?.workspaceId === workspaceId);
  }
}

function countOf(sockets: Iterable<OpenSocket>): number {
  let count = 0;
  for (const { subscriptions } of sockets) count += subscriptions().length;
  return count;
}

function weightOf(sockets: Iterable<OpenSocket>): number {
  let weight = 0;
  for (const { subscriptions, weights } of sockets) for (const id of subscriptions()) weight += weights.get(id) ?? 0;
  return weight;
}

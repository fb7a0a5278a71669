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
}

export const SOCKET_LIMITS: SocketLimits = {
  strangers: 500,
  sockets: 2000,
  socketsPerWorkspace: 400,
  socketsPerToken: 100,
  subscriptions: 5000,
  subscriptionsPerWorkspace: 2000,
  subscriptionsPerToken: 1000,
  subscriptionsPerSocket: 250,
};

/** One socket: whose it is once that is known, and what is followed over it. */
export interface OpenSocket {
  readonly socket: WebSocket;
  holder: Holder | undefined;
  subscriptions: () => number;
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
    return sum(this.#open);
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
      open.subscriptions() <= this.#limits.subscriptionsPerSocket &&
      sum(ofToken) <= this.#limits.subscriptionsPerToken &&
      sum(ofWorkspace) <= this.#limits.subscriptionsPerWorkspace &&
      this.subscriptions <= this.#limits.subscriptions
    );
  }

  [Symbol.iterator](): Iterator<OpenSocket> {
    return this.#open[Symbol.iterator]();
  }

  #of(workspaceId: string): OpenSocket[] {
    return [...this.#open].filter(({ holder }) => holder?.workspaceId === workspaceId);
  }
}

function sum(sockets: Iterable<OpenSocket>): number {
  let count = 0;
  for (const { subscriptions } of sockets) count += subscriptions();
  return count;
}

import type { WebSocket } from 'ws';
import type { SocketRegister } from './socket-register.ts';

/** What one socket, and all of them together, may have unread at any moment. When all have too much, whoever has more than a little is cut off. */
const MAXIMUM_UNREAD_BYTES = 16 * 1024 * 1024;
const MAXIMUM_UNREAD_BYTES_OF_ALL = 128 * 1024 * 1024;
const LITTLE_BYTES = 256 * 1024;
/** Nothing of a socket that is not read is kept beyond this, and what is kept must move within some seconds. */
const MAXIMUM_BUFFERED_BYTES = 4 * 1024 * 1024;
const STALLED_LOOKS = 10;
/** Whoever does not answer that he is closed is not waited for. */
const CLOSING_LOOKS = 2;
/** A socket that does not answer a ping until the next one is dead. */
const PING_LOOKS = 12;
/** Messages that one socket may send in a second: subscribing to everything it may have takes less. */
const MESSAGES_PER_LOOK = 500;

interface Health {
  messages: number;
  answered: boolean;
  buffered: number;
  stalled: number;
  closing: number;
}

/**
 * Looks after every socket once a second: who floods, who takes nothing, and who is gone without a word is cut off.
 */
export class SocketHealth {
  readonly #register: SocketRegister;
  readonly #onCut: (reason: string) => void;
  readonly #health = new WeakMap<WebSocket, Health>();
  readonly #timer: NodeJS.Timeout;
  #looks = 0;
  #unread = 0;

  constructor(register: SocketRegister, onCut: (reason: string) => void) {
    this.#register = register;
    this.#onCut = onCut;
    this.#timer = setInterval(() => this.#look(), 1000).unref();
  }

  watch(socket: WebSocket): void {
    const health: Health = { messages: 0, answered: true, buffered: 0, stalled: 0, closing: 0 };
    this.#health.set(socket, health);
    socket.on('pong', () => (health.answered = true));
    socket.on('message', () => {
      health.messages += 1;
      if (health.messages > MESSAGES_PER_LOOK) this.#cut(socket, 'flood');
    });
  }

  /** Resolves when the system has taken it, or the socket is gone. Until then only its bytes are kept, not the text that they were. */
  send(socket: WebSocket, data: string): Promise<void> {
    const { bufferedAmount } = socket;
    const isTooMuch = bufferedAmount > MAXIMUM_UNREAD_BYTES || (this.#unread > MAXIMUM_UNREAD_BYTES_OF_ALL && bufferedAmount > LITTLE_BYTES);
    if (isTooMuch) this.#cut(socket, 'slow');
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    const bytes = Buffer.from(data);
    this.#unread += bytes.length;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.send(bytes, { binary: false }, () => {
      this.#unread -= bytes.length;
      resolve();
    });
    return promise;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#looks += 1;
    for (const { socket } of this.#register) {
      const health = this.#health.get(socket);
      if (health !== undefined) this.#examine(socket, health);
    }
  }

  #examine(socket: WebSocket, health: Health): void {
    health.messages = 0;
    if (socket.readyState === socket.CLOSING) {
      health.closing += 1;
      if (health.closing > CLOSING_LOOKS) socket.terminate();
      return;
    }
    const { bufferedAmount } = socket;
    health.stalled = bufferedAmount > 0 && bufferedAmount >= health.buffered ? health.stalled + 1 : 0;
    health.buffered = bufferedAmount;
    if (bufferedAmount > MAXIMUM_BUFFERED_BYTES || health.stalled > STALLED_LOOKS) return this.#cut(socket, 'slow');
    if (this.#looks % PING_LOOKS !== 0) return;
    if (!health.answered) return this.#cut(socket, 'gone');
    health.answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }

  #cut(socket: WebSocket, reason: string): void {
    if (socket.readyState === socket.CLOSED) return;
    this.#onCut(reason);
    socket.terminate();
  }
}

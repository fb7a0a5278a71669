import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLarge } from './body-turns.ts';

/** Bytes that a peer must move in each second, on average over a window; of large bodies, for which others wait, more. */
export interface PaceLimits {
  readonly windowSeconds: number;
  readonly bytesPerSecond: number;
  readonly largeBytesPerSecond: number;
}

export const PACE_LIMITS: PaceLimits = { windowSeconds: 5, bytesPerSecond: 8 * 1024, largeBytesPerSecond: 64 * 1024 };

interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
  bytesPerSecond: number;
  /** Whether we read the body, so that it is the peer who is slow and not we. */
  receiving: boolean;
  phase: 'RECEIVING' | 'SENDING' | 'WORKING';
  windowFrom: number;
  movedBefore: number;
}

const TOO_SLOW = 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

/**
 * Cuts off peers that send a body or take an answer too slowly, whatever its size: within seconds, and not when some far limit of the
 * whole request has passed. While we let a peer wait, his time does not run.
 */
export class Pace {
  readonly #limits: PaceLimits;
  readonly #onCut: () => void;
  readonly #exchanges = new Map<IncomingMessage, Exchange>();
  readonly #timer: NodeJS.Timeout;

  constructor(limits: PaceLimits, onCut: () => void) {
    this.#limits = limits;
    this.#onCut = onCut;
    this.#timer = setInterval(() => this.#look(Date.now()), Math.min(1000, limits.windowSeconds * 500)).unref();
  }

  watch(request: FastifyRequest, reply: FastifyReply): void {
    const { raw: message } = request;
    const bytesPerSecond = isLarge(request) ? this.#limits.largeBytesPerSecond : this.#limits.bytesPerSecond;
    const peer = { message, response: reply.raw, socket: message.socket, bytesPerSecond };
    this.#exchanges.set(message, { ...peer, receiving: false, phase: 'WORKING', windowFrom: 0, movedBefore: 0 });
    reply.raw.once('close', () => this.#exchanges.delete(message));
  }

  /** From now on we read the body. */
  receive({ raw }: FastifyRequest): void {
    const exchange = this.#exchanges.get(raw);
    if (exchange !== undefined) exchange.receiving = true;
  }

  /** The answer is large. */
  hurry({ raw }: FastifyRequest): void {
    const exchange = this.#exchanges.get(raw);
    if (exchange !== undefined) exchange.bytesPerSecond = this.#limits.largeBytesPerSecond;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(now: number): void {
    for (const exchange of this.#exchanges.values()) {
      const phase = phaseOf(exchange);
      const moved = phase === 'RECEIVING' ? exchange.socket.bytesRead : exchange.socket.bytesWritten - exchange.socket.writableLength;
      if (phase !== exchange.phase) Object.assign(exchange, { phase, windowFrom: now, movedBefore: moved });
      const seconds = (now - exchange.windowFrom) / 1000;
      if (phase === 'WORKING' || seconds < this.#limits.windowSeconds) continue;
      if (moved - exchange.movedBefore < exchange.bytesPerSecond * seconds) this.#cut(exchange);
      else Object.assign(exchange, { windowFrom: now, movedBefore: moved });
    }
  }

  #cut({ message, response, socket }: Exchange): void {
    this.#exchanges.delete(message);
    this.#onCut();
    if (!response.headersSent) socket.write(TOO_SLOW);
    socket.destroySoon();
    // A peer that takes nothing would not take this either.
    setTimeout(() => socket.destroy(), 1000).unref();
  }
}

function phaseOf({ message, response, socket, receiving }: Exchange): Exchange['phase'] {
  if (!message.complete) return receiving ? 'RECEIVING' : 'WORKING';
  return response.writableLength + socket.writableLength > 0 ? 'SENDING' : 'WORKING';
}

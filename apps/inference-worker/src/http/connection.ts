import type { Socket } from 'node:net';
import type { AnswerText } from './answer-text.ts';
import type { RequestLimits } from './check-framing.ts';
import type { ConnectionClock, ConnectionStage } from './connection-clock.ts';
import type { HttpLimits } from './http-limits.ts';
import type { HttpAnswer, HttpClient, HttpHandler } from './http-message.ts';
import { BodyPump } from './body-pump.ts';
import { isPiecewise } from './http-message.ts';
import { HttpRejection } from './http-rejection.ts';
import type { HttpCounters } from './http-statistics.ts';
import { RequestReader, type FramedRequest } from './request-reader.ts';
import { writeAnswer } from './write-answer.ts';

/** What all connections of a server share. */
export interface ConnectionContext {
  readonly limits: HttpLimits;
  readonly requestLimits: RequestLimits;
  readonly handler: HttpHandler;
  readonly onFault: (error: unknown) => void;
  readonly clock: ConnectionClock;
  readonly counters: HttpCounters;
  readonly text: AnswerText;
  readonly state: { closing: boolean };
}

/** A request that is under way. */
interface Exchange {
  readonly keepAlive: boolean;
  readonly minor: 0 | 1;
  readonly headOnly: boolean;
  answer: HttpAnswer | undefined;
}

/**
 * One connection: requests in, answers out in the order of the requests. It is not read while too many are under way or while the client does not read its
 * answers. A client that closes its side while requests are under way gets their answers, and no further request is read. Most that do so have closed both sides: they
 * are sent an interim answer, to which their system says that nobody is there.
 */
export class Connection implements HttpClient {
  private readonly socket: Socket;
  private readonly context: ConnectionContext;
  private readonly reader: RequestReader;
  private readonly waiting: Exchange[] = [];
  /** Sends an answer whose body is made meanwhile; what is ready behind it waits. */
  private pump: BodyPump | undefined;
  /** No further request is taken. */
  private ending = false;
  /** Whether the client was told to send the body that it holds back. */
  private continued = false;
  /** Whether the client has closed its side. */
  private halfClosed = false;
  private probes = 0;
  private requests = 0;
  private stage: ConnectionStage = 'idle';
  private stageSince: number;
  private stageRequests = 0;

  constructor(socket: Socket, context: ConnectionContext) {
    this.socket = socket;
    this.context = context;
    this.reader = new RequestReader(context.requestLimits);
    this.stageSince = context.clock.now;
    socket.on('data', (piece: Buffer) => {
      if (this.ending) return;
      this.reader.push(piece);
      this.advance();
    });
    socket.on('drain', () => {
      this.pump?.resume();
      this.advance();
    });
    socket.on('end', () => this.onEnd());
    socket.on('close', () => {
      this.reader.release();
      this.pump?.resume();
    });
    // A broken connection is closed, which is all there is to do.
    socket.on('error', () => undefined);
  }

  get gone(): boolean {
    return this.socket.destroyed;
  }

  /** Requests that were taken and not answered. */
  get underWay(): number {
    return this.waiting.length;
  }

  /** Ends what took too long. Called with every tick. */
  expire(): void {
    const { clock, state } = this.context;
    const [next] = this.waiting;
    if (this.halfClosed && next !== undefined && this.pump === undefined) this.probe(next);
    const limit = state.closing && this.stage === 'idle' ? 'linger' : this.stage;
    if (!clock.isOver(limit, this.stageSince)) return;
    if (this.stage === 'head' || this.stage === 'body') {
      this.reject(new HttpRejection(408, `expected the ${this.stage} of the request within ${this.limitMilliseconds(this.stage)} ms, given a part of it`));
      this.settle();
    } else if (this.stage === 'idle') this.finish();
    else this.socket.destroy();
  }

  /** From now on the next answer is the last one. An idle connection stays open a moment longer, for a request that is on its way. */
  close(): void {
    if (this.stage === 'idle') this.stageSince = this.context.clock.now;
  }

  destroy(): void {
    this.socket.destroy();
  }

  private advance(): void {
    try {
      while (!this.ending && !this.isStalled()) {
        const request = this.reader.next();
        if (request === undefined) break;
        this.take(request);
      }
    } catch (thrown) {
      this.reject(thrown instanceof HttpRejection ? thrown : this.faultyRequest(thrown));
    }
    // What is left of a request will never be whole.
    if (this.halfClosed && this.waiting.length === 0 && this.pump === undefined && !this.socket.writableEnded) this.finish();
    this.settle();
  }

  private isStalled(): boolean {
    return this.waiting.length >= this.context.limits.pipelined || this.socket.writableNeedDrain;
  }

  private take({ head, body }: FramedRequest): void {
    this.requests++;
    this.continued = false;
    const exchange: Exchange = { keepAlive: head.keepAlive, minor: head.minor, headOnly: head.method === 'HEAD', answer: undefined };
    if (!head.keepAlive) this.ending = true;
    const { method, path, query, headers } = head;
    let answer: HttpAnswer | Promise<HttpAnswer>;
    try {
      answer = this.context.handler({ method, path, query, headers, body, client: this });
    } catch (thrown) {
      answer = this.fault(thrown);
    }
    if (!(answer instanceof Promise)) return this.enqueue(exchange, answer);
    this.waiting.push(exchange);
    const deliver = (settled: HttpAnswer): void => {
      exchange.answer = settled;
      if (this.waiting[0] !== exchange || this.pump !== undefined) return;
      this.flush();
      this.advance();
    };
    answer.then(deliver, (thrown: unknown) => deliver(this.fault(thrown)));
  }

  private enqueue(exchange: Exchange, answer: HttpAnswer): void {
    if (this.waiting.length === 0 && this.pump === undefined) return this.write(exchange, answer);
    exchange.answer = answer;
    this.waiting.push(exchange);
  }

  private flush(): void {
    for (let next = this.waiting[0]; next?.answer !== undefined && this.pump === undefined; next = this.waiting[0]) {
      this.waiting.shift();
      this.write(next, next.answer);
    }
  }

  private write(exchange: Exchange, answer: HttpAnswer): void {
    const { counters, text, state } = this.context;
    if (this.socket.destroyed) {
      counters.abandoned++;
      return;
    }
    const chunked = exchange.minor === 1;
    const isPieces = isPiecewise(answer.body) && !exchange.headOnly;
    const isLast =
      !exchange.keepAlive || (isPieces && !chunked) || ((state.closing || this.halfClosed) && this.waiting.length === 0 && this.reader.phase === 'idle');
    const connection = isLast ? 'close' : exchange.minor === 0 ? 'keep-alive' : undefined;
    const framing = { headOnly: exchange.headOnly, connection, chunked } as const;
    try {
      writeAnswer(this.socket, text, { answer, framing });
      if (isPieces) return this.sendPieces(answer, isLast, chunked);
      counters.countAnswer(answer.status);
    } catch (thrown) {
      writeAnswer(this.socket, text, { answer: this.fault(thrown), framing });
      counters.countAnswer(500);
    }
    if (isLast) this.finish();
    this.runAfterwards(answer);
  }

  private sendPieces(answer: HttpAnswer, isLast: boolean, chunked: boolean): void {
    if (!isPiecewise(answer.body)) return;
    const { counters, onFault } = this.context;
    if (isLast) this.ending = true;
    this.pump = new BodyPump(this.socket, {
      pieces: answer.body.pieces,
      chunked,
      onSent: () => this.settle(),
      onDone: ({ isWhole, fault }) => {
        this.pump = undefined;
        if (fault !== undefined) onFault(fault);
        if (!isWhole) return void counters.abandoned++;
        counters.countAnswer(answer.status);
        if (isLast) this.finish();
        this.runAfterwards(answer);
        this.flush();
        this.advance();
      },
    });
    this.settle();
  }

  private runAfterwards({ afterwards }: HttpAnswer): void {
    try {
      afterwards?.();
    } catch (thrown) {
      this.context.onFault(thrown);
    }
  }

  private fault(thrown: unknown): HttpAnswer {
    this.context.onFault(thrown);
    return errorAnswer(500, 'internal error');
  }

  /** A fault of ours costs the connection, and nobody else's. */
  private faultyRequest(thrown: unknown): HttpRejection {
    this.context.onFault(thrown);
    return new HttpRejection(500, 'internal error');
  }

  private reject({ status, message }: HttpRejection): void {
    this.ending = true;
    this.reader.release();
    this.enqueue({ keepAlive: false, minor: 1, headOnly: false, answer: undefined }, errorAnswer(status, message));
  }

  /** Says that the last answer is out. What still comes in is discarded until the client closes too. */
  private finish(): void {
    this.ending = true;
    this.socket.end();
    this.enter('linger');
  }

  private onEnd(): void {
    if (this.socket.writableEnded) return;
    const [next] = this.waiting;
    if (next === undefined && this.pump !== undefined) return void (this.halfClosed = true);
    if (next === undefined) return void (this.reader.phase === 'idle' ? this.socket.end() : this.socket.destroy());
    this.halfClosed = true;
    if (this.pump === undefined) this.probe(next);
  }

  /** The first interim answer makes the system of a client that has gone complain, the second one hears of it. Clients of HTTP/1.0 know none. */
  private probe({ minor }: Exchange): void {
    if (minor === 0 || this.probes === MOST_PROBES) return;
    this.probes++;
    this.socket.write(INTERIM, 'latin1');
  }

  /** After anything happened: asks for a body that the client holds back, reads or waits, and notes since when. */
  private settle(): void {
    if (this.socket.destroyed || this.socket.writableEnded) return this.discard();
    const { arriving } = this.reader;
    if (arriving?.expectsContinue === true && !this.continued && this.waiting.length === 0 && !this.ending) {
      this.socket.write(INTERIM, 'latin1');
      this.continued = true;
    }
    const stalled = this.isStalled();
    if (stalled !== this.socket.isPaused()) this.socket[stalled ? 'pause' : 'resume']();
    this.enter(this.currentStage(stalled));
  }

  private discard(): void {
    if (this.socket.isPaused()) this.socket.resume();
  }

  private currentStage(stalled: boolean): ConnectionStage {
    if (this.socket.writableNeedDrain) return 'write';
    if (stalled || this.ending || this.pump !== undefined) return 'busy';
    const { phase } = this.reader;
    return phase === 'idle' && this.waiting.length > 0 ? 'busy' : phase;
  }

  private enter(stage: ConnectionStage): void {
    if (stage === this.stage && this.stageRequests === this.requests) return;
    this.stage = stage;
    this.stageRequests = this.requests;
    this.stageSince = this.context.clock.now;
  }

  private limitMilliseconds(stage: 'head' | 'body'): number {
    return stage === 'head' ? this.context.limits.headMilliseconds : this.context.limits.bodyMilliseconds;
  }
}

/** Some clients take no more than a handful of interim answers. */
const MOST_PROBES = 2;
const INTERIM = 'HTTP/1.1 100 Continue\r\n\r\n';
const ERROR_HEADERS = { 'content-type': 'application/json' } as const;
const BUSY_HEADERS = { ...ERROR_HEADERS, 'retry-after': '1' } as const;

function errorAnswer(status: number, message: string): HttpAnswer {
  return { status, headers: status === 503 ? BUSY_HEADERS : ERROR_HEADERS, body: JSON.stringify({ error: message }) };
}

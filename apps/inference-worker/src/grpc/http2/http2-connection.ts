import type { Socket } from 'node:net';
import type { ByteBudget } from '../../http/byte-budget.ts';
import { areTrailers, declaredLength, isRequest } from './check-request.ts';
import { ClosedStreams } from './closed-streams.ts';
import { FrameReader, type Frame } from './frame-reader.ts';
import { HeaderBlocks, type HeaderBlock } from './header-blocks.ts';
import { HEADER_LIST_BYTES } from './hpack-decoder.ts';
import type { HeaderField } from './hpack-tables.ts';
import { FrameSender } from './frame-sender.ts';
import { DEFAULT_WINDOW, FLAG, FRAME, Http2Violation, LARGEST_WINDOW, REASON, type Reason } from './http2-constants.ts';
import { Http2Stream, type StreamReceiver } from './http2-stream.ts';
import { NuisanceBudget } from './nuisance-budget.ts';
import { readSettings } from './read-settings.ts';
import type { StreamRoom } from './stream-room.ts';
import { unpadded } from './unpadded.ts';

/** What one connection allows, and who answers its streams. */
export interface Http2ConnectionOptions {
  readonly maximumStreams: number;
  /** From which all connections take their streams. */
  readonly room: StreamRoom;
  /** Of one header block, in bytes as they are sent. */
  readonly maximumHeaderBytes: number;
  /** Bytes that may be on the way on one stream, and on the connection. */
  readonly streamWindow: number;
  readonly connectionWindow: number;
  /** Bytes of answers that may wait for the client before further streams are refused. */
  readonly heldBytes: number;
  /** How long part of a frame may wait for the rest, and answers for a client that takes none of them. */
  readonly stalledMilliseconds: number;
  /** How long a connection may stay open without a stream; its client is told to open another when it needs one. */
  readonly idleMilliseconds: number;
  /** From which header blocks take their bytes until they end. */
  readonly receiving: ByteBudget;
  readonly open: (stream: Http2Stream, headers: readonly HeaderField[]) => StreamReceiver;
  /** Answers a stream whose headers are more than is taken. */
  readonly openOverlong: (stream: Http2Stream) => StreamReceiver;
  /** The connection has ended. */
  readonly onClosed: (connection: Http2Connection) => void;
}

/** How long a connection that was refused is read on and discarded. */
const LINGER_MILLISECONDS = 1000;
const SMALLEST_GROWTH = 256;
const NOTHING = Buffer.alloc(0);

/** The server's side of one HTTP/2 connection: RFC 9113 without push and priorities. What a client does wrong ends the connection with GOAWAY. */
export class Http2Connection {
  /** What it sends. */
  readonly sender: FrameSender;
  private readonly socket: Socket;
  private readonly options: Http2ConnectionOptions;
  private readonly reader = new FrameReader();
  private readonly nuisance = new NuisanceBudget();
  private readonly blocks: HeaderBlocks;
  private readonly streams = new Map<number, Http2Stream>();
  private readonly ended = new ClosedStreams();
  private lastStream = 0;
  private greeted = false;
  private draining = false;
  private closed = false;
  private peerWindow = DEFAULT_WINDOW;
  private receiveWindow: number;
  private unacknowledged = 0;
  private frames = 0;
  private partialSince = Date.now();
  private idleSince = Date.now();

  constructor(socket: Socket, options: Http2ConnectionOptions) {
    this.socket = socket;
    this.options = options;
    this.sender = new FrameSender(socket);
    this.blocks = new HeaderBlocks({ maximumBytes: options.maximumHeaderBytes, receiving: options.receiving, nuisance: this.nuisance });
    this.receiveWindow = options.connectionWindow;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => {
      socket.resume();
      this.sender.drained();
    });
    socket.on('end', () => this.halfClose());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.over());
    this.sender.greet({ ...options, maximumHeaderListBytes: HEADER_LIST_BYTES });
  }

  /** After how many bytes a stream says that it takes more. */
  get windowStep(): number {
    return this.options.streamWindow / 2;
  }

  /** Ends what takes too long; to be called every few seconds. `now` in milliseconds since the epoch. */
  expire(now: number): void {
    const { stalledMilliseconds, idleMilliseconds } = this.options;
    // It was ended before the last time, and the client has not closed its side.
    if (this.socket.writableEnded) return this.destroy();
    const isPartial = this.reader.isPartial || this.blocks.isOpen;
    if ((isPartial && now - this.partialSince > stalledMilliseconds) || this.sender.isStalled(now, stalledMilliseconds)) return this.destroy();
    if (this.streams.size > 0) this.idleSince = now;
    if (now - this.idleSince > idleMilliseconds) return this.drain();
    for (const stream of this.streams.values()) stream.receiver?.expire?.(now);
  }

  /** A stream that has ended, with an answer or without. */
  forget(stream: Http2Stream, wasAnswered: boolean): void {
    if (!this.streams.delete(stream.id)) return;
    this.options.room.give();
    if (!stream.remoteEnded) this.ended.add(stream.id);
    this.sender.forget(stream);
    if (wasAnswered) this.nuisance.earn();
    if (this.draining && this.streams.size === 0) this.end();
  }

  /** Takes no new streams; ends when the last has been answered. */
  drain(): void {
    if (this.draining || this.closed) return;
    this.draining = true;
    this.sender.goAway(this.lastStream, REASON.none);
    if (this.streams.size === 0) this.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** The client has closed its side: it gets the answers to what it has sent whole. To the GOAWAY the system of one that has closed both sides says that nobody is there. */
  private halfClose(): void {
    if (this.closed) return;
    for (const stream of this.streams.values()) if (!stream.remoteEnded) stream.abort();
    this.draining = true;
    this.sender.goAway(this.lastStream, REASON.none);
    if (this.streams.size === 0) this.end();
  }

  private end(): void {
    this.sender.flush();
    this.socket.end();
  }

  private receive(chunk: Buffer): void {
    if (this.closed) return;
    try {
      const { frames } = this;
      const wasPartial = this.reader.isPartial;
      this.reader.push(chunk, (frame) => this.take(frame));
      if (!wasPartial || frames !== this.frames) this.partialSince = Date.now();
    } catch (thrown) {
      this.refuse(thrown instanceof Http2Violation ? thrown : new Http2Violation(REASON.internal, 'the connection has failed'));
      return;
    }
    this.sender.flush();
    if (this.socket.writableNeedDrain) this.socket.pause();
  }

  private refuse({ reason, message }: Http2Violation): void {
    this.sender.goAway(this.lastStream, reason, message);
    this.end();
    this.over();
    // What still comes in is discarded: closing at once could lose the reason.
    this.socket.resume();
    const linger = setTimeout(() => this.socket.destroy(), LINGER_MILLISECONDS).unref();
    this.socket.once('close', () => clearTimeout(linger));
  }

  private over(): void {
    if (this.closed) return;
    this.closed = true;
    this.blocks.release();
    for (const stream of this.streams.values()) stream.abort();
    this.options.onClosed(this);
  }

  private take(frame: Frame): void {
    if (this.closed) return;
    this.frames++;
    if (!this.greeted && frame.type !== FRAME.settings) throw new Http2Violation(REASON.protocol, 'the first frame must be SETTINGS');
    this.blocks.checkOrder(frame);
    switch (frame.type) {
      case FRAME.data:
        return this.takeData(frame);
      case FRAME.headers:
        return this.takeBlock(this.blocks.begin(frame));
      case FRAME.continuation:
        return this.takeBlock(this.blocks.continue(frame));
      case FRAME.settings:
        return this.takeSettings(frame);
      case FRAME.ping:
        return this.takePing(frame);
      case FRAME.windowUpdate:
        return this.takeWindowUpdate(frame);
      case FRAME.resetStream:
        return this.takeReset(frame);
      case FRAME.pushPromise:
        throw new Http2Violation(REASON.protocol, 'a client must not push');
      case FRAME.priority:
        expectSize(frame, 5);
        if (frame.stream === 0) throw new Http2Violation(REASON.protocol, 'a priority of no stream');
        return this.nuisance.spend();
      case FRAME.goAway:
        if (frame.stream !== 0) throw new Http2Violation(REASON.protocol, 'a GOAWAY of a stream');
        return this.nuisance.spend();
      default:
        return this.nuisance.spend();
    }
  }

  private takeData(frame: Frame): void {
    const size = frame.end - frame.start;
    if (frame.stream === 0 || frame.stream > this.lastStream) throw new Http2Violation(REASON.protocol, `data on stream ${frame.stream}, which is not open`);
    const { start, end } = unpadded(frame);
    this.acknowledge(size);
    const stream = this.streams.get(frame.stream);
    const isLast = (frame.flags & FLAG.endStream) !== 0;
    if (size === 0 && !isLast) this.nuisance.spend();
    if (stream === undefined) return this.expectClosed(frame.stream);
    if (stream.remoteEnded) throw new Http2Violation(REASON.streamClosed, `data on stream ${frame.stream} after its end`);
    stream.receiveWindow -= size;
    if (stream.receiveWindow < 0) throw new Http2Violation(REASON.flowControl, `more data on stream ${frame.stream} than its window allows`);
    stream.remoteEnded = isLast;
    if (!this.fitsLength(stream, end - start)) return;
    const padding = size - (end - start);
    if (padding > 0) stream.consumed(padding);
    stream.receiver?.data(frame.bytes.subarray(start, end), isLast);
  }

  /** Whether the body is as long as its headers say, so far. */
  private fitsLength(stream: Http2Stream, size: number): boolean {
    if (stream.remaining === undefined) return true;
    stream.remaining -= size;
    if (stream.remoteEnded ? stream.remaining === 0 : stream.remaining >= 0) return true;
    this.refuseStream(stream, REASON.protocol);
    return false;
  }

  private refuseStream(stream: Http2Stream, reason: Reason): void {
    this.nuisance.spend();
    stream.refuse(reason);
  }

  /** It may have been answered or reset while a frame was on its way; otherwise the client has ended it itself. */
  private expectClosed(id: number): void {
    this.nuisance.spend();
    if (this.ended.mayStillCome(id)) return;
    if (this.ended.wasPassedOver(id)) throw new Http2Violation(REASON.protocol, `stream ${id} comes after a later one`);
    throw new Http2Violation(REASON.streamClosed, `stream ${id} has ended`);
  }

  private acknowledge(size: number): void {
    this.receiveWindow -= size;
    if (this.receiveWindow < 0) throw new Http2Violation(REASON.flowControl, 'more data than the window of the connection allows');
    this.unacknowledged += size;
    if (this.unacknowledged < this.options.connectionWindow / 2) return;
    this.receiveWindow += this.unacknowledged;
    this.sender.windowUpdate(0, this.unacknowledged);
    this.unacknowledged = 0;
  }

  private takeBlock(block: HeaderBlock | undefined): void {
    if (block === undefined) return;
    const { stream: id, isLast, fields } = block;
    if (id <= this.lastStream) return this.takeTrailers(id, isLast, fields);
    this.ended.opened(id, this.lastStream);
    this.lastStream = id;
    if (this.draining || this.streams.size >= this.options.maximumStreams || this.sender.heldBytes > this.options.heldBytes) {
      return this.refuseOpening(id, isLast, REASON.refusedStream);
    }
    if (fields !== undefined && !isRequest(fields)) return this.refuseOpening(id, isLast, REASON.protocol);
    if (!this.options.room.take(this.streams.size)) return this.refuseOpening(id, isLast, REASON.refusedStream);
    const stream = new Http2Stream(this, id, { send: this.peerWindow, receive: this.options.streamWindow });
    stream.remoteEnded = isLast;
    this.streams.set(id, stream);
    stream.remaining = fields === undefined ? undefined : declaredLength(fields);
    if (Number.isNaN(stream.remaining) || !this.fitsLength(stream, 0)) return this.refuseStream(stream, REASON.protocol);
    stream.receiver = fields === undefined ? this.options.openOverlong(stream) : this.options.open(stream, fields);
    if (isLast && !stream.gone) stream.receiver.data(NOTHING, true);
  }

  private refuseOpening(id: number, isLast: boolean, reason: Reason): void {
    this.nuisance.spend();
    if (!isLast) this.ended.add(id);
    this.sender.reset(id, reason);
  }

  private takeTrailers(id: number, isLast: boolean, fields: readonly HeaderField[] | undefined): void {
    const stream = this.streams.get(id);
    if (stream === undefined) return this.expectClosed(id);
    if (stream.remoteEnded) throw new Http2Violation(REASON.streamClosed, `headers on stream ${id} after its end`);
    if (!isLast) throw new Http2Violation(REASON.protocol, `unexpected headers on stream ${id}`);
    stream.remoteEnded = true;
    if (fields === undefined || !areTrailers(fields)) return this.refuseStream(stream, REASON.protocol);
    if (this.fitsLength(stream, 0)) stream.receiver?.data(NOTHING, true);
  }

  private takeSettings(frame: Frame): void {
    if (frame.stream !== 0) throw new Http2Violation(REASON.protocol, 'settings of a stream');
    if ((frame.flags & FLAG.acknowledge) !== 0) return expectSize(frame, 0);
    this.greeted = true;
    this.nuisance.spend();
    const { initialWindow, maximumFrame } = readSettings(frame);
    if (maximumFrame !== undefined) this.sender.peerFrameBytes = maximumFrame;
    this.sender.acknowledge(FRAME.settings);
    if (initialWindow === undefined) return;
    const change = initialWindow - this.peerWindow;
    this.peerWindow = initialWindow;
    for (const stream of this.streams.values()) {
      stream.sendWindow += change;
      if (stream.sendWindow > LARGEST_WINDOW) throw new Http2Violation(REASON.flowControl, 'a window is larger than it may be');
      stream.pump();
    }
  }

  private takePing(frame: Frame): void {
    expectSize(frame, 8);
    if (frame.stream !== 0) throw new Http2Violation(REASON.protocol, 'a ping of a stream');
    if ((frame.flags & FLAG.acknowledge) !== 0) return;
    this.nuisance.spend();
    this.sender.acknowledge(FRAME.ping, frame.bytes.subarray(frame.start, frame.end));
  }

  private takeWindowUpdate(frame: Frame): void {
    expectSize(frame, 4);
    const growth = frame.bytes.readUInt32BE(frame.start) & LARGEST_WINDOW;
    if (growth === 0) throw new Http2Violation(REASON.protocol, 'a window must grow by 1 at least');
    // To open a window bit by bit makes answers leave in crumbs.
    if (growth < SMALLEST_GROWTH) this.nuisance.spend();
    if (frame.stream === 0) return this.sender.grow(growth);
    if (frame.stream > this.lastStream) throw new Http2Violation(REASON.protocol, `a window of stream ${frame.stream}, which is not open`);
    const stream = this.streams.get(frame.stream);
    if (stream === undefined) return;
    stream.sendWindow += growth;
    if (stream.sendWindow > LARGEST_WINDOW) return this.refuseStream(stream, REASON.flowControl);
    stream.pump();
  }

  private takeReset(frame: Frame): void {
    expectSize(frame, 4);
    if (frame.stream === 0 || frame.stream > this.lastStream) throw new Http2Violation(REASON.protocol, `a reset of stream ${frame.stream}, which is not open`);
    this.nuisance.spend();
    const stream = this.streams.get(frame.stream);
    if (stream === undefined) return;
    // The client sends nothing on it from now on.
    stream.remoteEnded = true;
    stream.abort();
  }
}

function expectSize(frame: Frame, size: number): void {
  if (frame.end - frame.start !== size)
    throw new Http2Violation(REASON.frameSize, `a frame of type ${frame.type} has ${frame.end - frame.start} bytes, expected ${size}`);
}

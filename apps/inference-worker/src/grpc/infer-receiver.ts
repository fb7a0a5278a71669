import { MillraceError } from '@millrace/contracts';
import { BodyBuffer } from '../http/body-buffer.ts';
import type { ByteBudget } from '../http/byte-budget.ts';
import { callErrorOf, errorBlock } from './call-error.ts';
import { ARRIVAL_MILLISECONDS, noRoom, PREFIX_BYTES, tooLarge, tooSlow } from './call-messages.ts';
import { GRPC_STATUS } from './grpc-status.ts';
import { encodeHeaders } from './http2/encode-headers.ts';
import type { Http2Connection } from './http2/http2-connection.ts';
import { FLAG, FRAME, FRAME_HEADER_BYTES, writeFrameHead } from './http2/http2-constants.ts';
import type { Http2Stream, StreamReceiver } from './http2/http2-stream.ts';
import type { InferAnswerEncoder } from './infer-answer.ts';
import { answerInfer, type InferCall } from './infer-call.ts';
import type { InferenceServiceOptions } from './inference-service.ts';

/** What all infer calls of a server share. */
export interface InferReceiverOptions extends Pick<InferenceServiceOptions, 'context' | 'onFault'> {
  readonly encoder: InferAnswerEncoder;
  readonly maximumMessageBytes: number;
  /** From which messages take their bytes while they arrive. */
  readonly receiving: ByteBudget;
}

/** What the headers of one call say. */
type InferHeaders = Pick<InferCall, 'authorization' | 'deadline'>;

const OK_HEADERS = encodeHeaders([
  [':status', '200'],
  ['content-type', 'application/grpc'],
]);
const OK_TRAILERS = encodeHeaders([['grpc-status', '0']]);
const FREE = {
  before: FRAME_HEADER_BYTES + OK_HEADERS.length + FRAME_HEADER_BYTES + PREFIX_BYTES,
  after: FRAME_HEADER_BYTES + OK_TRAILERS.length,
};

/** Takes one `ModelInfer` call from its stream and answers it: all frames of a usual answer lie in one buffer. */
export class InferReceiver implements StreamReceiver {
  private readonly options: InferReceiverOptions;
  private readonly connection: Http2Connection;
  private readonly stream: Http2Stream;
  private readonly headers: InferHeaders;
  private readonly since = Date.now();
  private body: BodyBuffer | undefined;
  /** Whether the message is whole. */
  private arrived = false;

  constructor(options: InferReceiverOptions, { connection, stream, headers }: { connection: Http2Connection; stream: Http2Stream; headers: InferHeaders }) {
    this.options = options;
    this.connection = connection;
    this.stream = stream;
    this.headers = headers;
  }

  data(chunk: Buffer, isLast: boolean): void {
    const { maximumMessageBytes } = this.options;
    if ((this.body?.length ?? 0) + chunk.length > maximumMessageBytes + PREFIX_BYTES) return this.refuse(tooLarge(maximumMessageBytes));
    if (isLast && this.body === undefined) return this.arrive(chunk);
    // Copied, because a chunk keeps all alive that arrived with it.
    this.body ??= new BodyBuffer(maximumMessageBytes + PREFIX_BYTES, this.options.receiving, chunk.length);
    if (!this.body.append(chunk, 0, chunk.length)) return this.refuse(noRoom());
    if (isLast) this.arrive(this.body.bytes());
    else this.stream.consumed(chunk.length);
  }

  aborted(): void {
    this.release();
  }

  expire(now: number): void {
    if (!this.arrived && now - this.since > ARRIVAL_MILLISECONDS) this.refuse(tooSlow());
  }

  private arrive(body: Buffer): void {
    this.arrived = true;
    this.release();
    void this.answer(body);
  }

  private async answer(body: Buffer): Promise<void> {
    try {
      const { bytes, afterwards } = await answerInfer(this.options, messageOf(body), { ...this.headers, client: this.stream }, FREE);
      this.send(bytes);
      afterwards();
    } catch (thrown) {
      this.refuse(thrown);
    }
  }

  private send(bytes: Buffer): void {
    const { stream, connection } = this;
    const length = bytes.length - FREE.before - FREE.after;
    const dataStart = FREE.before - PREFIX_BYTES;
    bytes[dataStart] = 0;
    bytes.writeUInt32BE(length, dataStart + 1);
    const dataBytes = length + PREFIX_BYTES;
    if (!stream.takes(dataBytes)) {
      stream.respond(OK_HEADERS);
      stream.write(bytes.subarray(dataStart, bytes.length - FREE.after));
      return stream.end(OK_TRAILERS);
    }
    if (stream.gone) return;
    writeFrameHead(bytes, 0, { length: OK_HEADERS.length, type: FRAME.headers, flags: FLAG.endHeaders, stream: stream.id });
    bytes.set(OK_HEADERS, FRAME_HEADER_BYTES);
    writeFrameHead(bytes, dataStart - FRAME_HEADER_BYTES, { length: dataBytes, type: FRAME.data, flags: 0, stream: stream.id });
    const end = bytes.length - FREE.after;
    writeFrameHead(bytes, end, { length: OK_TRAILERS.length, type: FRAME.headers, flags: FLAG.endHeaders | FLAG.endStream, stream: stream.id });
    bytes.set(OK_TRAILERS, end + FRAME_HEADER_BYTES);
    connection.sender.frames(bytes, dataBytes);
    stream.finish();
  }

  private refuse(thrown: unknown): void {
    const error = callErrorOf(thrown);
    if (error.code === GRPC_STATUS.internal) this.options.onFault(thrown);
    this.release();
    this.stream.respond(errorBlock(error), true);
  }

  private release(): void {
    this.body?.release();
    this.body = undefined;
  }
}

/** The one message of a body. */
function messageOf(body: Buffer): Buffer {
  if (body.length < PREFIX_BYTES)
    throw new MillraceError('BAD_INPUT', `expected one message after its prefix of ${PREFIX_BYTES} bytes, given ${body.length} bytes`);
  if (body[0] !== 0) throw new MillraceError('BAD_INPUT', 'the message says that it is compressed, but the call names no grpc-encoding');
  const length = body.readUInt32BE(1);
  if (length !== body.length - PREFIX_BYTES)
    throw new MillraceError('BAD_INPUT', `expected one message of ${length} bytes, as its prefix says, given ${body.length - PREFIX_BYTES} bytes`);
  return body.subarray(PREFIX_BYTES);
}

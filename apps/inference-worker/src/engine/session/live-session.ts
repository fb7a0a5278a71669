import { DATATYPE_OF_ONNX_TYPE, MillraceError, type ExecutionProvider } from '@millrace/contracts';
import type { Isolation } from './isolation.ts';
import type { GraphInterface } from './onnx-runtime.ts';
import { ProcessLink } from './process-link.ts';
import type { SessionLink } from './session-link.ts';
import type { ModelSource, RunTimes, SessionReply, SessionRequest } from './session-messages.ts';
import { ThreadLink } from './thread-link.ts';
import { packTensors, unpackTensors, type PackedTensors } from '../tensor/tensor-packing.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

type WithoutId<Request> = Request extends { readonly id: number } ? Omit<Request, 'id'> : never;

interface Waiting {
  readonly resolve: (reply: SessionReply) => void;
  readonly reject: (error: MillraceError) => void;
}

/** What a session is opened with. */
export interface LiveSessionOptions {
  readonly source: ModelSource;
  readonly provider: ExecutionProvider;
  /** Where it lives. */
  readonly isolation: Isolation;
  /** What a process of its own may allocate; nothing: as much as there is. */
  readonly memoryLimitBytes?: number | undefined;
  /** The code of the thread or process; nothing: the session worker or process beside this file. */
  readonly entry?: URL | undefined;
}

/** The outputs of one run, in the order of the graph, and how long it took where the session lives. */
export interface RunResult {
  readonly outputs: PackedTensors;
  readonly times: RunTimes;
}

/** A session that was told to close ends in this time, or is ended. */
const CLOSE_MILLISECONDS = 5000;

/** The node's handle on one session. Calls are answered in the order in which they were made. */
export class LiveSession {
  readonly graph: GraphInterface;
  readonly isolation: Isolation;
  readonly #channel: SessionChannel;

  private constructor(channel: SessionChannel, graph: GraphInterface, isolation: Isolation) {
    this.#channel = channel;
    this.graph = graph;
    this.isolation = isolation;
  }

  /**
   * Starts a thread or a process and creates the session in it. Throws `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT`, `MODEL_INVALID`, `UNAVAILABLE` when
   * it ended meanwhile, or what the signal was aborted with; nothing is left then. The signal ends the session later, too: it is that of a load, of
   * which this is a part.
   */
  static async open(options: LiveSessionOptions, signal: AbortSignal): Promise<LiveSession> {
    signal.throwIfAborted();
    const channel = new SessionChannel(options);
    signal.addEventListener('abort', () => channel.end(MillraceError.wrap(signal.reason)), { once: true });
    try {
      const { source, provider, isolation } = options;
      const reply = await channel.ask({ kind: 'open', order: { source, provider, datatypes: DATATYPE_OF_ONNX_TYPE } });
      if (reply.kind !== 'opened') throw new MillraceError('INTERNAL', `a session answered "${reply.kind}" to "open"`);
      return new LiveSession(channel, reply.graph, isolation);
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  get hasEnded(): boolean {
    return this.#channel.hasEnded;
  }

  /** Resolves, with the reason, when the session has ended, whether it was told to or not. */
  get ended(): Promise<string> {
    return this.#channel.ended;
  }

  /** One run. The buffer of the inputs is given away. Rejects with `MODEL_INVALID` when the model fails, `UNAVAILABLE` when the session ends. */
  async run(inputs: PackedTensors): Promise<RunResult> {
    const reply = await this.#channel.ask({ kind: 'run', inputs }, [inputs.buffer]);
    if (reply.kind !== 'ran') throw new MillraceError('INTERNAL', `a session answered "${reply.kind}" to "run"`);
    return reply;
  }

  /** One run of tensors that are copied. */
  async runTensors(inputs: NamedTensors): Promise<{ readonly outputs: NamedTensors; readonly times: RunTimes }> {
    const { outputs, times } = await this.run(packTensors(this.graph.inputs, [inputs], 0));
    return { outputs: unpackTensors(this.graph.outputs, outputs), times };
  }

  /** One run of tensors that are copied; the bytes that it took at its height, 0 where the system does not tell. */
  async measure(inputs: NamedTensors): Promise<number> {
    const packed = packTensors(this.graph.inputs, [inputs], 0);
    const reply = await this.#channel.ask({ kind: 'measure', inputs: packed }, [packed.buffer]);
    if (reply.kind !== 'measured') throw new MillraceError('INTERNAL', `a session answered "${reply.kind}" to "measure"`);
    return reply.peakBytes;
  }

  /** Ends it now, whatever it does; what was asked of it is rejected with this error. */
  end(error: MillraceError): void {
    this.#channel.end(error);
  }

  /** Releases the session after the runs that were asked before, and waits until it has ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}

class SessionChannel {
  readonly ended: Promise<string>;
  readonly #link: SessionLink;
  readonly #waiting = new Map<number, Waiting>();
  readonly #isProcess: boolean;
  #nextId = 0;
  hasEnded = false;

  constructor(options: LiveSessionOptions) {
    this.#isProcess = options.isolation === 'process';
    this.#link = linkOf(options, (reply) => this.#settle(reply));
    this.ended = this.#link.ended.then((reason) => {
      this.#rejectAll(new MillraceError('UNAVAILABLE', `the session of this model ended: ${reason}; retry later`));
      return reason;
    });
  }

  ask(request: WithoutId<SessionRequest>, transfer: readonly ArrayBuffer[] = []): Promise<SessionReply> {
    if (this.hasEnded) return Promise.reject(new MillraceError('UNAVAILABLE', 'the session of this model has ended; retry later'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#link.post({ ...request, id }, transfer);
    });
  }

  end(error: MillraceError): void {
    if (this.hasEnded) return;
    this.#rejectAll(error);
    this.#link.end();
  }

  async close(): Promise<void> {
    if (!this.hasEnded) {
      const timer = setTimeout(() => this.#link.end(), CLOSE_MILLISECONDS);
      // One that dies before it has answered is closed as well.
      await this.ask({ kind: 'close' }).catch(() => undefined);
      // A process that has nothing to release any more does not end by itself.
      if (this.#isProcess) this.#link.end();
      await this.ended;
      clearTimeout(timer);
    }
    await this.ended;
  }

  #rejectAll(error: MillraceError): void {
    this.hasEnded = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #settle(reply: SessionReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.kind === 'failed') waiting?.reject(MillraceError.from(reply.error));
    else waiting?.resolve(reply);
  }
}

const FROM_SOURCE = import.meta.url.endsWith('.ts');
const entryOf = (name: string): URL => new URL(`./${name}${FROM_SOURCE ? '.ts' : '.js'}`, import.meta.url);

function linkOf({ isolation, memoryLimitBytes, entry }: LiveSessionOptions, onReply: (reply: SessionReply) => void): SessionLink {
  if (isolation === 'process') return new ProcessLink({ entry: entry ?? entryOf('session.process'), memoryLimitBytes, onReply });
  return new ThreadLink(entry ?? entryOf('session.worker'), onReply);
}

import { DATATYPE_OF_ONNX_TYPE, MillraceError, type ExecutionProvider } from '@millrace/contracts';
import { Worker } from 'node:worker_threads';
import type { GraphInterface } from './onnx-runtime.ts';
import type { ModelSource, RunTimes, SessionReply, SessionRequest } from './session-messages.ts';
import { packTensors, unpackTensors, type PackedTensors } from '../tensor/tensor-packing.ts';
import type { NamedTensors } from '../tensor/tensor.ts';

type WithoutId<Request> = Request extends { readonly id: number } ? Omit<Request, 'id'> : never;

interface Waiting {
  readonly resolve: (reply: SessionReply) => void;
  readonly reject: (error: MillraceError) => void;
}

/** What a session thread is made of. */
export interface SessionThreadOptions {
  readonly source: ModelSource;
  readonly provider: ExecutionProvider;
  /** The code of the thread; nothing: the session worker beside this file. */
  readonly entry?: URL | undefined;
}

/** The outputs of one run, in the order of the graph, and how long it took in its thread. */
export interface RunResult {
  readonly outputs: PackedTensors;
  readonly times: RunTimes;
}

const FROM_SOURCE = import.meta.url.endsWith('.ts');
const SESSION_WORKER = new URL(`./session.worker${FROM_SOURCE ? '.ts' : '.js'}`, import.meta.url);

/** The main thread's handle on one session thread. Calls are answered in the order in which they were made. */
export class SessionThread {
  readonly graph: GraphInterface;
  private readonly channel: SessionChannel;

  private constructor(channel: SessionChannel, graph: GraphInterface) {
    this.channel = channel;
    this.graph = graph;
  }

  /** Starts a thread and creates the session in it. Throws `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT` or `MODEL_INVALID`; the thread is gone then. */
  static async open({ source, provider, entry = SESSION_WORKER }: SessionThreadOptions): Promise<SessionThread> {
    const channel = new SessionChannel(entry);
    try {
      const reply = await channel.ask({ kind: 'open', order: { source, provider, datatypes: DATATYPE_OF_ONNX_TYPE } });
      if (reply.kind !== 'opened') throw new MillraceError('INTERNAL', `a session thread answered "${reply.kind}" to "open"`);
      return new SessionThread(channel, reply.graph);
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  get hasEnded(): boolean {
    return this.channel.hasEnded;
  }

  /** Resolves, with the reason, when the thread has ended, whether it was told to or not. */
  get ended(): Promise<string> {
    return this.channel.ended;
  }

  /** One run. The buffer of the inputs is given away. Rejects with `MODEL_INVALID` when the model fails, `UNAVAILABLE` when the thread ends. */
  async run(inputs: PackedTensors): Promise<RunResult> {
    const reply = await this.channel.ask({ kind: 'run', inputs }, [inputs.buffer]);
    if (reply.kind !== 'ran') throw new MillraceError('INTERNAL', `a session thread answered "${reply.kind}" to "run"`);
    return reply;
  }

  /** One run of tensors that are copied. */
  async runTensors(inputs: NamedTensors): Promise<{ readonly outputs: NamedTensors; readonly times: RunTimes }> {
    const { outputs, times } = await this.run(packTensors(this.graph.inputs, [inputs], 0));
    return { outputs: unpackTensors(this.graph.outputs, outputs), times };
  }

  /** Releases the session after the runs that were asked before, and waits until the thread has ended. */
  close(): Promise<void> {
    return this.channel.close();
  }
}

class SessionChannel {
  readonly ended: Promise<string>;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  hasEnded = false;

  constructor(entry: URL) {
    this.worker = new Worker(entry, { execArgv: FROM_SOURCE ? ['--conditions=@millrace/source'] : [] });
    this.worker.on('message', (reply: SessionReply) => this.settle(reply));
    this.ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.hasEnded = true;
        for (const { reject } of this.waiting.values()) reject(new MillraceError('UNAVAILABLE', `the session thread ended: ${reason}; retry later`));
        this.waiting.clear();
        resolve(reason);
      };
      this.worker.once('error', (error: Error) => end(error.message));
      this.worker.once('exit', (code) => end(`exit code ${code}`));
    });
  }

  ask(request: WithoutId<SessionRequest>, transfer: readonly ArrayBuffer[] = []): Promise<SessionReply> {
    if (this.hasEnded) return Promise.reject(new MillraceError('UNAVAILABLE', 'the session thread has ended; retry later'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ ...request, id }, transfer);
    });
  }

  async close(): Promise<void> {
    // A thread that dies before it has answered is closed as well.
    if (!this.hasEnded) await this.ask({ kind: 'close' }).catch(() => undefined);
    await this.ended;
  }

  private settle(reply: SessionReply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (reply.kind === 'failed') waiting?.reject(MillraceError.from(reply.error));
    else waiting?.resolve(reply);
  }
}

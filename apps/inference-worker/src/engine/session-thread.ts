import { MillraceError, type ExecutionProvider } from '@millrace/contracts';
import { Worker } from 'node:worker_threads';
import type { GraphInterface } from './onnx-runtime.ts';
import type { ModelSource, SessionReply, SessionRequest } from './session-messages.ts';
import type { NamedTensors } from './tensor.ts';

type WithoutId<Request> = Request extends { readonly id: number } ? Omit<Request, 'id'> : never;

interface Waiting {
  readonly resolve: (reply: SessionReply) => void;
  readonly reject: (error: MillraceError) => void;
}

/** The main thread's handle on one session thread. Calls are answered in the order in which they were made. */
export class SessionThread {
  readonly graph: GraphInterface;
  private readonly channel: SessionChannel;

  private constructor(channel: SessionChannel, graph: GraphInterface) {
    this.channel = channel;
    this.graph = graph;
  }

  /** Starts a thread and creates the session in it. Throws `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT` or `MODEL_INVALID`; the thread is gone then. */
  static async open(source: ModelSource, provider: ExecutionProvider = 'cpu'): Promise<SessionThread> {
    const channel = new SessionChannel();
    try {
      const reply = await channel.ask({ kind: 'open', source, provider });
      if (reply.kind !== 'opened') throw new MillraceError('INTERNAL', `a session thread answered "${reply.kind}" to "open"`);
      return new SessionThread(channel, reply.graph);
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  /** One run. `transfer` gives the input buffers away to the thread instead of copying them. */
  async run(inputs: NamedTensors, options: { readonly transfer: boolean } = { transfer: false }): Promise<NamedTensors> {
    const reply = await this.channel.ask({ kind: 'run', inputs }, options.transfer ? buffersOf(inputs) : []);
    if (reply.kind !== 'ran') throw new MillraceError('INTERNAL', `a session thread answered "${reply.kind}" to "run"`);
    return reply.outputs;
  }

  /** Releases the session after the runs that were asked before, and waits until the thread has ended. */
  close(): Promise<void> {
    return this.channel.close();
  }
}

class SessionChannel {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly exited: Promise<void>;
  private nextId = 0;
  private ended = false;

  constructor() {
    const fromSource = import.meta.url.endsWith('.ts');
    this.worker = new Worker(new URL(`./session.worker${fromSource ? '.ts' : '.js'}`, import.meta.url), {
      execArgv: fromSource ? ['--conditions=@millrace/source'] : [],
    });
    this.worker.on('message', (reply: SessionReply) => this.settle(reply));
    this.exited = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.ended = true;
        for (const { reject } of this.waiting.values()) reject(new MillraceError('UNAVAILABLE', `the session thread ended: ${reason}`));
        this.waiting.clear();
        resolve();
      };
      this.worker.once('error', (error: Error) => end(error.message));
      this.worker.once('exit', (code) => end(`exit code ${code}`));
    });
  }

  ask(request: WithoutId<SessionRequest>, transfer: readonly ArrayBuffer[] = []): Promise<SessionReply> {
    if (this.ended) return Promise.reject(new MillraceError('UNAVAILABLE', 'the session thread has ended'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ ...request, id }, transfer);
    });
  }

  async close(): Promise<void> {
    if (!this.ended) await this.ask({ kind: 'close' });
    await this.exited;
  }

  private settle(reply: SessionReply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (reply.kind === 'failed') waiting?.reject(MillraceError.from(reply.error));
    else waiting?.resolve(reply);
  }
}

function buffersOf(tensors: NamedTensors): ArrayBuffer[] {
  return Object.values(tensors).flatMap(({ data }) => (Array.isArray(data) ? [] : [data.buffer as ArrayBuffer]));
}

import { MillraceError } from '@millrace/contracts';
import type { MappedFile } from '@millrace/lakehouse';
import { Worker } from 'node:worker_threads';
import type { ScoringJob, ScoringReply, ScoringRequest } from './scoring-messages.ts';

interface Waiting {
  readonly resolve: (reply: ScoringReply) => void;
  readonly reject: (error: MillraceError) => void;
}

/** The main thread's handle on one scoring thread. It takes one call at a time. */
export class ScoringThread {
  private readonly channel: ScoringChannel;

  private constructor(channel: ScoringChannel) {
    this.channel = channel;
  }

  /** Starts a thread and loads the model in it. Throws `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT` or `MODEL_INVALID`; the thread is gone then. */
  static async open(job: ScoringJob, onRows: (rows: number) => void): Promise<ScoringThread> {
    const channel = new ScoringChannel(onRows);
    try {
      const reply = await channel.ask({ kind: 'open', job });
      if (reply.kind !== 'opened') throw new MillraceError('INTERNAL', `a scoring thread answered "${reply.kind}" to "open"`);
      return new ScoringThread(channel);
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  async score(path: string): Promise<MappedFile> {
    const reply = await this.channel.ask({ kind: 'score', path });
    if (reply.kind !== 'scored') throw new MillraceError('INTERNAL', `a scoring thread answered "${reply.kind}" to "score"`);
    return reply.file;
  }

  /** Stops what is under way after its current rows, and waits until the thread has ended. It is never terminated: that would abort the process during a run. */
  close(): Promise<void> {
    return this.channel.close();
  }
}

class ScoringChannel {
  private readonly worker: Worker;
  private readonly ended: Promise<void>;
  private waiting: Waiting | undefined;
  private endedBecause: MillraceError | undefined;

  constructor(onRows: (rows: number) => void) {
    const fromSource = import.meta.url.endsWith('.ts');
    this.worker = new Worker(new URL(`./scoring.worker${fromSource ? '.ts' : '.js'}`, import.meta.url), {
      execArgv: fromSource ? ['--conditions=@millrace/source'] : [],
    });
    this.worker.on('message', (reply: ScoringReply) => {
      if (reply.kind === 'progress') onRows(reply.rows);
      else this.settle(reply);
    });
    this.ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.endedBecause ??= new MillraceError('UNAVAILABLE', `the scoring thread ended: ${reason}`);
        this.waiting?.reject(this.endedBecause);
        resolve();
      };
      this.worker.once('error', (error: Error) => end(error.message));
      this.worker.once('exit', (code) => end(`exit code ${code}`));
    });
  }

  ask(request: ScoringRequest): Promise<ScoringReply> {
    if (this.endedBecause !== undefined) return Promise.reject(this.endedBecause);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.worker.postMessage(request, []);
    });
  }

  async close(): Promise<void> {
    this.worker.postMessage({ kind: 'cancel' } satisfies ScoringRequest, []);
    await this.ended;
  }

  private settle(reply: ScoringReply): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    if (reply.kind === 'failed') waiting?.reject(MillraceError.from(reply.error));
    else waiting?.resolve(reply);
  }
}

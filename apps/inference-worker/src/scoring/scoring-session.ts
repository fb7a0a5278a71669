import { MillraceError } from '@millrace/contracts';
import type { MappedFile } from '@millrace/lakehouse';
import { halfOfMemory } from '@millrace/service-kit';
import type { ChildProcess } from 'node:child_process';
import { endReasonOf } from '../engine/session/end-reason.ts';
import { spawnSession } from '../engine/session/spawn-session.ts';
import type { ScoringJob, ScoringReply, ScoringRequest } from './scoring-messages.ts';

interface Waiting {
  readonly resolve: (reply: ScoringReply) => void;
  readonly reject: (error: MillraceError) => void;
}

/** The handle on one scoring process. It takes one call at a time. */
export class ScoringSession {
  private readonly channel: ScoringChannel;

  /** Why it runs every row by itself; undefined: it joins rows. */
  readonly aloneBecause: string | undefined;

  private constructor(channel: ScoringChannel, aloneBecause: string | undefined) {
    this.channel = channel;
    this.aloneBecause = aloneBecause;
  }

  /** Starts a process and loads the model in it. Throws `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT` or `MODEL_INVALID`; the process is gone then. */
  static async open(job: ScoringJob, onRows: (rows: number) => void): Promise<ScoringSession> {
    const channel = new ScoringChannel(onRows);
    try {
      const reply = await channel.ask({ kind: 'open', job });
      if (reply.kind !== 'opened') throw new MillraceError('INTERNAL', `a scoring process answered "${reply.kind}" to "open"`);
      return new ScoringSession(channel, reply.aloneBecause);
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  async score(path: string): Promise<MappedFile> {
    const reply = await this.channel.ask({ kind: 'score', path });
    if (reply.kind !== 'scored') throw new MillraceError('INTERNAL', `a scoring process answered "${reply.kind}" to "score"`);
    return reply.file;
  }

  /** Stops what is under way after its current rows, or at once where those do not end, and waits until the process has ended. */
  close(): Promise<void> {
    return this.channel.close();
  }
}

/** A process that was told to stop ends in this time, or is ended. */
const STOP_MILLISECONDS = 5000;
const FROM_SOURCE = import.meta.url.endsWith('.ts');
const SCORING_PROCESS = new URL(`./scoring.process${FROM_SOURCE ? '.ts' : '.js'}`, import.meta.url);

class ScoringChannel {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private waiting: Waiting | undefined;
  private endedBecause: MillraceError | undefined;

  constructor(onRows: (rows: number) => void) {
    this.child = spawnSession({ entry: SCORING_PROCESS, messages: 'ipc', memoryLimitBytes: halfOfMemory() });
    this.child.on('message', (reply: ScoringReply) => {
      if (reply.kind === 'progress') onRows(reply.rows);
      else this.settle(reply);
    });
    this.ended = endReasonOf(this.child).then((reason) => {
      // The next attempt would end like this one, for the rows are the same, unless something from outside has ended it.
      this.endedBecause ??= new MillraceError('MODEL_INVALID', `the model ended the process that scored with it: ${reason}`, {
        retryable: reason.startsWith('SIGKILL'),
      });
      this.waiting?.reject(this.endedBecause);
    });
  }

  ask(request: ScoringRequest): Promise<ScoringReply> {
    if (this.endedBecause !== undefined) return Promise.reject(this.endedBecause);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.send(request);
    });
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MILLISECONDS);
    this.send({ kind: 'cancel' });
    await this.ended;
    clearTimeout(timer);
  }

  private send(request: ScoringRequest): void {
    // One that has ended says so by itself.
    if (this.child.connected) this.child.send(request, () => undefined);
  }

  private settle(reply: ScoringReply): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    if (reply.kind === 'failed') waiting?.reject(MillraceError.from(reply.error));
    else waiting?.resolve(reply);
  }
}

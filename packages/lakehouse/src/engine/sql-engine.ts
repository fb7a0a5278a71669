import { MillraceError } from '@millrace/contracts';
import { EngineProcess } from './engine-process.ts';
import type { EngineTaskName, EngineTasks } from './engine-tasks.ts';
import type { EngineLimits, EngineReach } from './lock-down.ts';
import { residentLimitOf, watchMemory } from './memory-watch.ts';

export interface SqlEngineOptions extends EngineLimits {
  /** The folder in which each process has one of its own to spill into. */
  readonly temporaryFolder: string;
  /** A job is killed after this long. */
  readonly timeoutMilliseconds: number;
  /** Jobs that one process serves, one after the other and each in a fresh database, before it is replaced. */
  readonly jobsPerProcess: number;
}

export interface EngineCall {
  readonly reach: EngineReach;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, note: string) => void;
}

/** After a cancel, a process that has not answered by then is killed. */
const CANCEL_GRACE_MILLISECONDS = 1000;

/**
 * DuckDB in child processes. A job has a process to itself while it runs, so a crash, a runaway query or an exhausted memory
 * never reaches the worker; a cancelled, failed or timed-out process is thrown away. One idle process is kept warm, because starting
 * one costs as much as the smaller jobs.
 */
export class SqlEngine {
  readonly #options: SqlEngineOptions;
  readonly #running = new Set<EngineProcess>();
  #spare: EngineProcess | undefined;
  #closed = false;

  constructor(options: SqlEngineOptions) {
    this.#options = options;
    this.#spare = this.#start();
  }

  /**
   * Runs one task. Fails with the code that the task gives, `JOB_CANCELLED` when the signal aborts, `TIMEOUT` after the wall-clock
   * limit, `JOB_FAILED` far over the memory limit, `UNAVAILABLE` when the process dies.
   */
  async run<Name extends EngineTaskName>(task: Name, input: EngineTasks[Name]['input'], call: EngineCall): Promise<EngineTasks[Name]['output']> {
    if (call.signal?.aborted === true) throw cancelled();
    if (this.#closed) throw new MillraceError('UNAVAILABLE', 'The SQL engine is closed.');
    const child = this.#take();
    let ending: MillraceError | undefined;
    const cancel = (): void => {
      ending = cancelled();
      child.cancel();
      setTimeout(() => {
        if (this.#running.has(child)) child.kill();
      }, CANCEL_GRACE_MILLISECONDS).unref();
    };
    const timer = setTimeout(() => {
      ending = new MillraceError('TIMEOUT', `The SQL engine did not finish "${task}" within ${this.#options.timeoutMilliseconds} ms.`, {
        retryable: false,
        fields: { task, timeoutMilliseconds: this.#options.timeoutMilliseconds },
      });
      child.kill();
    }, this.#options.timeoutMilliseconds);
    const watch = watchMemory(child.pid, residentLimitOf(this.#options.memoryLimit), (bytes) => {
      if (!this.#running.has(child)) return;
      ending = new MillraceError('JOB_FAILED', `The SQL needs more memory than the engine may use (${this.#options.memoryLimit}).`, { fields: { bytes } });
      child.kill();
    });
    call.signal?.addEventListener('abort', cancel, { once: true });
    try {
      const { memoryLimit, threads, temporaryLimit } = this.#options;
      const { temporaryFolder } = child;
      const output = await child.run(
        { kind: 'run', task, input, limits: { memoryLimit, threads, temporaryFolder, temporaryLimit }, reach: call.reach },
        call.onProgress ?? (() => undefined),
      );
      this.#giveBack(child);
      return output as EngineTasks[Name]['output'];
    } catch (error) {
      child.kill();
      throw ending ?? error;
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      call.signal?.removeEventListener('abort', cancel);
      this.#running.delete(child);
      if (!this.#closed && this.#spare?.alive !== true) this.#spare = this.#start();
    }
  }

  /** Kills every process; running tasks fail with `UNAVAILABLE`. */
  close(): void {
    this.#closed = true;
    this.#spare?.kill();
    for (const child of this.#running) child.kill();
  }

  #take(): EngineProcess {
    const child = this.#spare?.alive === true ? this.#spare : this.#start();
    this.#spare = undefined;
    this.#running.add(child);
    return child;
  }

  #start(): EngineProcess {
    return new EngineProcess(this.#options.temporaryFolder);
  }

  #giveBack(child: EngineProcess): void {
    if (this.#closed || this.#spare?.alive === true || child.jobs >= this.#options.jobsPerProcess) child.kill();
    else this.#spare = child;
  }
}

function cancelled(): MillraceError {
  return new MillraceError('JOB_CANCELLED', 'The job was cancelled while its SQL ran.');
}

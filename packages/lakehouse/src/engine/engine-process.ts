import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError, type SerializedError } from '@millrace/contracts';
import type { EngineReply, EngineRequest } from './engine-tasks.ts';

const FROM_SOURCE = import.meta.url.endsWith('.ts');
const ENTRY = new URL(`./engine-child${FROM_SOURCE ? '.ts' : '.js'}`, import.meta.url);
const KEPT_STDERR_CHARACTERS = 2000;

/** One engine process as its parent sees it. It gets no environment: nothing in there is its business. */
export class EngineProcess {
  jobs = 0;
  /** Where this process spills: processes that shared a folder would write into the same files. Removed when the process ends. */
  readonly temporaryFolder: string;
  readonly #child: ChildProcess;
  #stderr = '';
  #onReply: ((reply: EngineReply) => void) | undefined;
  #onExit: ((error: MillraceError) => void) | undefined;
  #ended: MillraceError | undefined;

  constructor(temporaryRoot: string) {
    this.temporaryFolder = join(temporaryRoot, `engine-${randomUUID()}`);
    this.#child = fork(ENTRY, [], {
      execArgv: FROM_SOURCE ? ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning'] : [],
      serialization: 'advanced',
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR_CHARACTERS);
    });
    this.#child.on('message', (reply) => this.#onReply?.(reply as EngineReply));
    this.#child.on('error', (error) => this.#end(`could not be started: ${error.message}`));
    this.#child.on('exit', (code, signal) => this.#end(`ended ${signal === null ? `with code ${code}` : `by ${signal}`}`));
    this.#child.unref();
    this.#child.channel?.unref();
  }

  get alive(): boolean {
    return this.#ended === undefined && this.#child.connected;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Runs one job. The promise settles when the process answers or ends. While it runs, it keeps this process alive. */
  run(request: Extract<EngineRequest, { kind: 'run' }>, onProgress: (fraction: number, note: string) => void): Promise<unknown> {
    this.jobs += 1;
    this.#child.ref();
    this.#child.channel?.ref();
    return new Promise<unknown>((resolve, reject) => {
      this.#onExit = reject;
      this.#onReply = (reply) => {
        if (reply.kind === 'progress') onProgress(reply.fraction, reply.note);
        else if (reply.kind === 'done') resolve(reply.output);
        else reject(failureOf(reply.error));
      };
      if (this.#ended) reject(this.#ended);
      else
        this.#child.send(request, (error) => {
          if (error) reject(new MillraceError('UNAVAILABLE', `The SQL engine process cannot be reached: ${error.message}`, { cause: error }));
        });
    }).finally(() => {
      this.#onReply = undefined;
      this.#onExit = undefined;
      this.#child.unref();
      this.#child.channel?.unref();
    });
  }

  cancel(): void {
    if (this.alive) this.#child.send({ kind: 'cancel' } satisfies EngineRequest, () => undefined);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #end(how: string): void {
    const detail = this.#stderr.trim() === '' ? '' : ` Its last words: ${this.#stderr.trim()}`;
    this.#ended ??= new MillraceError('UNAVAILABLE', `The SQL engine process ${how}; it may have run out of memory.${detail}`, {
      fields: { pid: this.#child.pid },
    });
    void rm(this.temporaryFolder, { recursive: true, force: true }).catch(() => undefined);
    this.#onExit?.(this.#ended);
  }
}

function failureOf(error: SerializedError): MillraceError {
  return MillraceError.from(error.code === 'INTERNAL' ? { ...error, retryable: true } : error);
}

import { Worker } from 'node:worker_threads';
import type { SessionRequest } from './session-messages.ts';
import type { OnReply, SessionLink } from './session-link.ts';

/** The threads that have not ended. The end of the process must know: to end it in the orderly way while one runs a model aborts it. */
const running = new Set<Worker>();

/** How many session threads there are, those included that were left to themselves. */
export function runningSessionThreads(): number {
  return running.size;
}

/** A session in a thread of this process. */
export class ThreadLink implements SessionLink {
  readonly ended: Promise<string>;
  readonly #worker: Worker;
  #giveUp: (reason: string) => void = () => undefined;

  constructor(entry: URL, onReply: OnReply) {
    const worker = new Worker(entry, { execArgv: entry.pathname.endsWith('.ts') ? ['--conditions=@millrace/source'] : [] });
    this.#worker = worker;
    running.add(worker);
    worker.on('message', onReply);
    this.ended = new Promise((resolve) => {
      this.#giveUp = resolve;
      worker.once('error', (error: Error) => resolve(error.message));
      worker.once('exit', (code) => {
        running.delete(worker);
        resolve(`exit code ${code}`);
      });
    });
  }

  post(request: SessionRequest, transfer: readonly ArrayBuffer[]): void {
    this.#worker.postMessage(request, transfer);
  }

  end(): void {
    this.#worker.removeAllListeners('message');
    this.#worker.unref();
    this.#worker.postMessage({ id: -1, kind: 'close' } satisfies SessionRequest, []);
    this.#giveUp('it was left to itself, because it did not answer in time');
  }
}

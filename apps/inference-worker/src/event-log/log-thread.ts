import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LogOrder, LogQuestion, LogReport, LogThreadData } from './log-messages.ts';

/** What the log thread reports of its own accord. */
export type ThreadReport = Exclude<LogReport, { readonly kind: 'done' }>;

interface LogThreadOptions {
  readonly data: LogThreadData;
  /** The code of the thread; nothing: the log worker beside this file. */
  readonly entry?: URL | undefined;
  readonly onReport: (report: ThreadReport) => void;
  /** Told why a thread that was not asked to stop has ended. Another one starts after a second. */
  readonly onDeath: (reason: string) => void;
  /** Called when a thread that follows a dead one takes orders. */
  readonly onRestart: () => void;
}

const FROM_SOURCE = import.meta.url.endsWith('.ts');
const LOG_WORKER = new URL(`./log.worker${FROM_SOURCE ? '.ts' : '.js'}`, import.meta.url);
const RESTART_MILLISECONDS = 1000;

/** The main thread's handle on the log thread, which is started again when it dies. */
export class LogThread {
  private readonly options: LogThreadOptions;
  private readonly waiting = new Map<number, (rows: number) => void>();
  private worker: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  private nextId = 0;
  private stopping = false;

  constructor(options: LogThreadOptions) {
    this.options = options;
    this.start();
  }

  /** False while there is no thread to send to. */
  get isRunning(): boolean {
    return this.worker !== undefined;
  }

  /** Nothing happens while there is no thread. */
  send(order: LogOrder, transfer: readonly ArrayBuffer[] = []): void {
    this.worker?.postMessage(order, transfer);
  }

  /** Resolves with the rows of the answer; with 0 when the thread dies meanwhile. Where there is none it starts at once. */
  ask(question: LogQuestion): Promise<number> {
    if (this.worker === undefined) this.startAgain();
    const id = this.nextId++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.send({ kind: 'ask', id, question });
    });
  }

  /** Writes what was sent, closes the segments and ends the thread. Resolves with the rows that the disk refused. */
  async stop(): Promise<number> {
    this.stopping = true;
    const rows = await this.ask('stop');
    const { worker } = this;
    if (worker !== undefined) await once(worker, 'exit');
    return rows;
  }

  private start(): void {
    const worker = new Worker(this.options.entry ?? LOG_WORKER, {
      workerData: this.options.data,
      execArgv: FROM_SOURCE ? ['--conditions=@millrace/source'] : [],
    });
    let reason: string | undefined;
    worker.on('message', (report: LogReport) => this.receive(report));
    worker.on('error', (error: unknown) => {
      reason = String(error);
    });
    worker.once('exit', (code) => this.end(reason ?? `exit code ${code}`));
    this.worker = worker;
  }

  private startAgain(): void {
    clearTimeout(this.restart);
    this.start();
    this.options.onRestart();
  }

  private receive(report: LogReport): void {
    if (report.kind !== 'done') return this.options.onReport(report);
    this.waiting.get(report.id)?.(report.rows);
    this.waiting.delete(report.id);
  }

  private end(reason: string): void {
    this.worker = undefined;
    if (!this.stopping || this.waiting.size > 0) this.options.onDeath(reason);
    for (const resolve of this.waiting.values()) resolve(0);
    this.waiting.clear();
    if (!this.stopping) this.restart = setTimeout(() => this.startAgain(), RESTART_MILLISECONDS).unref();
  }
}

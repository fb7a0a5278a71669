import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { MillraceError } from '@millrace/contracts';
import { appendTo, reasonIn } from './service-log.ts';
import type { ReadyMessage, ServiceSpec } from './service-spec.ts';

export interface SupervisorOptions {
  readonly logFile: string;
  /** A process of the service began or ended. */
  readonly onChange: () => void;
  /** It ended although nobody asked it to, and is started again after the pause. */
  readonly onCrash: (service: SupervisedService, how: string, pauseMilliseconds: number) => void;
}

const READY_MILLISECONDS = 60_000;
const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 10_000;
/** A process that ran so long begins with the shortest pause again. */
const STABLE_MILLISECONDS = 30_000;

/** One service, started again whenever it crashes. Its process ends with this one: the channel between them closes, and service-kit watches it. */
export class SupervisedService {
  readonly name: string;
  /** Path of its `main.js`. */
  readonly entry: string;
  readonly #spec: ServiceSpec;
  readonly #options: SupervisorOptions;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #url: string | undefined;
  #grpcPort: number | undefined;
  #pause = FIRST_PAUSE_MILLISECONDS;
  #isRestarting = false;

  constructor(spec: ServiceSpec, options: SupervisorOptions) {
    this.name = spec.name;
    this.entry = spec.entry;
    this.#spec = spec;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get url(): string | undefined {
    return this.#url;
  }

  /** Host and port, as clients of gRPC take it. */
  get grpcAddress(): string | undefined {
    return this.#url === undefined || this.#grpcPort === undefined ? undefined : `${new URL(this.#url).hostname}:${this.#grpcPort}`;
  }

  /** Resolves when the service is ready. @throws MillraceError `UNAVAILABLE` with the reason from its log when its first process ends before */
  async start(): Promise<void> {
    const child = await this.#spawn();
    await this.#untilReady(child);
    this.#supervise(child);
  }

  /** Ends the process in good order and starts it from its files as they are now. */
  async restart(milliseconds: number): Promise<void> {
    this.#isRestarting = true;
    await this.#end(milliseconds);
    this.#isRestarting = false;
    if (!this.#stopping.signal.aborted) await this.start();
  }

  /** Asks the process to close, and kills it when it does not within the time. */
  async stop(milliseconds: number): Promise<void> {
    this.#stopping.abort();
    await this.#end(milliseconds);
  }

  async #end(milliseconds: number): Promise<void> {
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    await exit;
    clearTimeout(timer);
  }

  async #spawn(): Promise<ChildProcess> {
    const log = await appendTo(this.#options.logFile);
    const { entry, nodeFlags, env, keepsPort = false, keepsGrpcPort = false } = this.#spec;
    const port = keepsPort ? { PORT: this.#url === undefined ? '0' : new URL(this.#url).port } : {};
    const grpcPort = keepsGrpcPort ? { GRPC_PORT: String(this.#grpcPort ?? 0) } : {};
    const child = spawn(process.execPath, [...nodeFlags, entry], {
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      detached: true,
      env: { ...process.env, ...env, ...port, ...grpcPort, MILLRACE_PARENT_PID: String(process.pid) },
    });
    this.#child = child;
    child.on('message', (message: Partial<ReadyMessage>) => {
      if (message.type !== 'ready') return;
      this.#url = message.url;
      this.#grpcPort = message.grpcPort;
      this.#options.onChange();
    });
    if (this.#stopping.signal.aborted) child.kill('SIGTERM');
    await log.close();
    this.#options.onChange();
    return child;
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      child.on('message', (message: Partial<ReadyMessage>) => {
        if (message.type === 'ready') resolve();
      });
    });
    const ended = once(child, 'exit').then(async ([code, signal]: unknown[]) => {
      throw new MillraceError('UNAVAILABLE', `${this.name} ended with ${how(code, signal)} before it was ready: ${await reasonIn(this.#options.logFile)}`, {
        retryable: false,
      });
    });
    const timer = new AbortController();
    const late = delay(READY_MILLISECONDS, undefined, { signal: timer.signal }).then(() => {
      throw new MillraceError('TIMEOUT', `${this.name} was not ready within ${READY_MILLISECONDS / 1000} s. Its log: ${this.#options.logFile}`);
    });
    late.catch(() => {});
    ended.catch(() => {});
    await Promise.race([ready, ended, late]);
    timer.abort();
  }

  #supervise(child: ChildProcess): void {
    const began = performance.now();
    const again = (code: unknown, signal: unknown): void => {
      this.#options.onChange();
      if (this.#stopping.signal.aborted || this.#isRestarting) return;
      if (performance.now() - began > STABLE_MILLISECONDS) this.#pause = FIRST_PAUSE_MILLISECONDS;
      this.#options.onCrash(this, how(code, signal), this.#pause);
      void this.#startAgain();
    };
    if (hasEnded(child)) again(child.exitCode, child.signalCode);
    else child.once('exit', again);
  }

  async #startAgain(): Promise<void> {
    await delay(this.#pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MILLISECONDS);
    if (this.#stopping.signal.aborted) return;
    this.#supervise(await this.#spawn());
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function how(code: unknown, signal: unknown): string {
  return typeof signal === 'string' ? signal : `code ${String(code)}`;
}

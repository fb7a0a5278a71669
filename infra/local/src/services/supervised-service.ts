import { setTimeout as delay } from 'node:timers/promises';
import { MillraceError } from '@millrace/contracts';
import { Pauses } from './pauses.ts';
import { reasonIn, tailOf } from './service-log.ts';
import { ServiceProcess } from './service-process.ts';
import type { ServiceSpec } from './service-spec.ts';

export interface SupervisorOptions {
  readonly logFile: string;
  /** A process of the service began or ended. */
  readonly onChange: () => void;
  /** It ended although nobody asked it to, and is started again after the pause. */
  readonly onCrash: (service: SupervisedService, how: string, pauseMilliseconds: number) => void;
}

const READY_MILLISECONDS = 60_000;

/** So long a process may take to close that began while the service was being stopped. */
const LATE_END_MILLISECONDS = 5000;

/** A service that ends so many times in a row before it was ever ready is not started once more: it will not do. */
const START_ATTEMPTS = 5;

/** One service, started again whenever it crashes. */
export class SupervisedService {
  readonly name: string;
  /** Path of its `main.js`. */
  readonly entry: string;
  readonly #spec: ServiceSpec;
  readonly #options: SupervisorOptions;
  readonly #stopping = new AbortController();
  readonly #pauses = new Pauses();
  #process: ServiceProcess | undefined;
  #url: string | undefined;
  #grpcPort: number | undefined;
  #isRestarting = false;

  constructor(spec: ServiceSpec, options: SupervisorOptions) {
    this.name = spec.name;
    this.entry = spec.entry;
    this.#spec = spec;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get url(): string | undefined {
    return this.#url;
  }

  /** Host and port, as clients of gRPC take it. */
  get grpcAddress(): string | undefined {
    return this.#url === undefined || this.#grpcPort === undefined ? undefined : `${new URL(this.#url).hostname}:${this.#grpcPort}`;
  }

  /**
   * Resolves when the service is ready. A process that ends before is followed by another, a few times, after pauses that grow.
   * @throws MillraceError `UNAVAILABLE` with the reason and the end of its log when none became ready
   */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const begun = await this.#spawn();
      const how = await this.#untilReady(begun);
      if (how === undefined) {
        this.#supervise(begun);
        return;
      }
      if (attempt === START_ATTEMPTS || this.#stopping.signal.aborted) throw await this.#neverReady(how, attempt);
      await this.#pause(how);
      if (this.#stopping.signal.aborted) throw await this.#neverReady(how, attempt);
    }
  }

  /** Ends the process in good order and starts it from its files as they are now. */
  async restart(milliseconds: number): Promise<void> {
    this.#isRestarting = true;
    await this.#process?.end(milliseconds);
    this.#isRestarting = false;
    if (!this.#stopping.signal.aborted) await this.start();
  }

  /** Asks the process to close, and kills it when it does not within the time. */
  async stop(milliseconds: number): Promise<void> {
    this.#stopping.abort();
    await this.#process?.end(milliseconds);
  }

  async #spawn(): Promise<ServiceProcess> {
    const http = this.#url === undefined ? undefined : new URL(this.#url).port;
    const begun = await ServiceProcess.spawn(this.#spec, {
      logFile: this.#options.logFile,
      ports: { http, grpc: this.#grpcPort },
      onReady: ({ url, grpcPort }) => {
        this.#url = url;
        this.#grpcPort = grpcPort;
        this.#options.onChange();
      },
    });
    this.#process = begun;
    if (this.#stopping.signal.aborted) void begun.end(LATE_END_MILLISECONDS);
    this.#options.onChange();
    return begun;
  }

  /** How the process ended before it was ready, if it did. */
  async #untilReady({ ready, ended }: ServiceProcess): Promise<string | undefined> {
    const timer = new AbortController();
    const late = delay(READY_MILLISECONDS, undefined, { signal: timer.signal }).then(() => {
      throw new MillraceError('TIMEOUT', `${this.name} was not ready within ${READY_MILLISECONDS / 1000} s. Its log: ${this.#options.logFile}`);
    });
    late.catch(() => {});
    try {
      return await Promise.race([ready.then(() => undefined), ended, late]);
    } finally {
      timer.abort();
    }
  }

  async #neverReady(how: string, attempts: number): Promise<MillraceError> {
    const { logFile } = this.#options;
    const times = attempts === 1 ? '' : `, ${attempts} times in a row`;
    const message = `${this.name} ended with ${how} before it was ready${times}: ${await reasonIn(logFile)}\nThe end of ${logFile}:\n${await tailOf(logFile)}`;
    return new MillraceError('UNAVAILABLE', message, { retryable: false });
  }

  #supervise(running: ServiceProcess): void {
    const began = performance.now();
    void running.ended.then((how) => {
      this.#options.onChange();
      if (this.#stopping.signal.aborted || this.#isRestarting) return;
      this.#pauses.ranFor(performance.now() - began);
      void this.#startAgain(how);
    });
  }

  /** Goes on until a process begins: also where the log cannot be opened or the machine has no process to give at the moment. */
  async #startAgain(how: string): Promise<void> {
    for (let reason = how; ;) {
      await this.#pause(reason);
      if (this.#stopping.signal.aborted) return;
      try {
        this.#supervise(await this.#spawn());
        return;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
  }

  async #pause(how: string): Promise<void> {
    const milliseconds = this.#pauses.next();
    this.#options.onCrash(this, how, milliseconds);
    await delay(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}

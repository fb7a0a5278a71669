import { setTimeout as delay } from 'node:timers/promises';
import { Pauses } from '../services/pauses.ts';
import { startPostgres, type PostgresOptions, type PostgresServer } from './postgres-server.ts';

/** PostgreSQL, started again on the same port when it ends although nobody asked it to. */
export class SupervisedPostgres {
  readonly #options: PostgresOptions;
  readonly #onChange: () => void;
  readonly #tell: (line: string) => void;
  readonly #stopping = new AbortController();
  #server: PostgresServer | undefined;
  readonly #pauses = new Pauses();
  #starting: Promise<PostgresServer> | undefined;

  constructor(options: PostgresOptions, { onChange, tell }: { readonly onChange: () => void; readonly tell: (line: string) => void }) {
    this.#options = options;
    this.#onChange = onChange;
    this.#tell = tell;
  }

  get pid(): number | undefined {
    return this.#server?.pid;
  }

  get port(): number | undefined {
    return this.#server?.port;
  }

  /** Resolves with the url when the server answers. */
  async start(): Promise<string> {
    const { port } = this;
    this.#starting = startPostgres(port === undefined ? this.#options : { ...this.#options, port });
    const server = await this.#starting;
    this.#server = server;
    this.#onChange();
    const began = performance.now();
    void server.ended.then(() => {
      this.#pauses.ranFor(performance.now() - began);
      return this.#startAgain();
    });
    return server.url;
  }

  async stop(milliseconds: number): Promise<void> {
    this.#stopping.abort();
    const server = await this.#starting?.catch(() => undefined);
    await server?.stop(milliseconds);
  }

  /** Goes on until the server answers: one that died of a full disk comes back when there is room. */
  async #startAgain(): Promise<void> {
    for (let what = 'PostgreSQL ended although nobody asked it to'; !this.#stopping.signal.aborted;) {
      const pause = this.#pauses.next();
      this.#tell(`${what}; it starts again in ${pause / 1000} s (${this.#options.logFile})`);
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return;
      try {
        await this.start();
        return;
      } catch (error) {
        // The rest of the message is the end of the log.
        what = `PostgreSQL cannot start (${String(error instanceof Error ? error.message : error).split('\n')[0]})`;
      }
    }
  }
}

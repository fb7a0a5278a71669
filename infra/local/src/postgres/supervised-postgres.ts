import { setTimeout as delay } from 'node:timers/promises';
import { startPostgres, type PostgresOptions, type PostgresServer } from './postgres-server.ts';

const PAUSE_MILLISECONDS = 500;

/** PostgreSQL, started again on the same port when it ends although nobody asked it to. */
export class SupervisedPostgres {
  readonly #options: PostgresOptions;
  readonly #onChange: () => void;
  readonly #tell: (line: string) => void;
  readonly #stopping = new AbortController();
  #server: PostgresServer | undefined;
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
    void server.ended.then(() => this.#startAgain());
    return server.url;
  }

  async stop(milliseconds: number): Promise<void> {
    this.#stopping.abort();
    const server = await this.#starting?.catch(() => undefined);
    await server?.stop(milliseconds);
  }

  async #startAgain(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#tell(`PostgreSQL ended although nobody asked it to; it starts again (${this.#options.logFile})`);
      await delay(PAUSE_MILLISECONDS, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return;
      const started = await this.start().then(
        () => true,
        () => false,
      );
      if (started) return;
    }
  }
}

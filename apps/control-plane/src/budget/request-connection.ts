import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { RequestBudget } from './request-budget.ts';

/** The socket of a connection of `pg`, which counts what it received. */
interface Wire {
  readonly connection: { readonly stream: NodeJS.EventEmitter & { readonly bytesRead: number; destroy(error: Error): void } };
}

type Query = (statement: string, parameters?: unknown[], structured?: boolean) => Promise<unknown>;

/**
 * The one connection that a request has: taken from the pool with its first statement, one statement at a time, so that a document of
 * fifty fields holds no more of the pool than a document of one. Rows and bytes are counted while they arrive: a result that is larger
 * than what is left of the budget is cut off on the wire, before it is in memory.
 */
export class RequestConnection {
  readonly manager: EntityManager;
  readonly #runner: QueryRunner;
  readonly #budget: RequestBudget;
  #last: Promise<unknown> = Promise.resolve();

  constructor(dataSource: DataSource, budget: RequestBudget) {
    this.#budget = budget;
    this.#runner = dataSource.createQueryRunner();
    this.manager = this.#runner.manager;
    const query = this.#runner.query.bind(this.#runner);
    this.#runner.query = ((statement: string, ...rest: [parameters?: unknown[], structured?: boolean]) =>
      this.#afterOthers(() => this.#metered(statement, () => (query as Query)(statement, ...rest)))) as QueryRunner['query'];
  }

  /** Gives the connection back once its statement has ended; one that is in the middle of a transaction is thrown away. */
  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    if (this.#runner.isReleased) return;
    if (this.#runner.isTransactionActive) await this.#runner.rollbackTransaction().catch(() => this.#hangUp());
    await this.#runner.release();
  }

  #afterOthers<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work, work);
    this.#last = mine;
    return mine;
  }

  async #metered(statement: string, query: () => Promise<unknown>): Promise<unknown> {
    const budget = this.#budget;
    // What has failed may still be undone.
    if (statement.startsWith('ROLLBACK')) return query();
    if (statement.startsWith('COMMIT')) return budget.commit(query);
    budget.check();
    const { stream } = ((await this.#runner.connect()) as Wire).connection;
    const before = stream.bytesRead;
    const watch = (): void => {
      if (stream.bytesRead - before > budget.left('readBytes')) stream.destroy(new Error('The result is larger than the budget of the request.'));
    };
    stream.on('data', watch);
    try {
      const result = await query();
      budget.take('rows', rowsOf(result));
      return result;
    } finally {
      stream.off('data', watch);
      budget.take('readBytes', stream.bytesRead - before);
    }
  }

  async #hangUp(): Promise<void> {
    ((await this.#runner.connect()) as Wire).connection.stream.destroy(new Error('The transaction could not be rolled back.'));
  }
}

function rowsOf(result: unknown): number {
  const rows = typeof result === 'object' && result !== null && 'records' in result ? result.records : result;
  return Array.isArray(rows) ? rows.length : 0;
}

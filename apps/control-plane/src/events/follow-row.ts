import type { Change, ChangeFeed } from '@millrace/db';
import { asMillraceError } from '../errors/as-millrace-error.ts';

/** Committed changes of all replicas. */
export type Changes = Pick<ChangeFeed, 'subscribe'>;

/** How long a stream waits before it asks a database again that was away. */
const RETRY_MILLISECONDS = 1000;

export interface FollowedRow<Row> {
  readonly changes: Changes;
  readonly concerns: (change: Change) => boolean;
  /** Reads the row as it is now. */
  readonly load: () => Promise<Row>;
  /** Whether nothing can follow: the stream ends after this row. */
  readonly isLast: (row: Row) => boolean;
}

/**
 * A row now, and again after each committed change. Changes that come while the reader is busy become one event, so a slow
 * reader gets the newest state and not a queue of old ones. While the database is away the stream waits for it.
 */
export function followRow<Row>(followed: FollowedRow<Row>): AsyncIterable<Row> {
  return { [Symbol.asyncIterator]: () => new RowStream(followed) };
}

class RowStream<Row> implements AsyncIterator<Row, undefined> {
  readonly #followed: FollowedRow<Row>;
  readonly #unsubscribe: () => void;
  #dirty = true;
  #done = false;
  #wake: (() => void) | undefined;

  constructor(followed: FollowedRow<Row>) {
    this.#followed = followed;
    // Before the first read, so that no change falls between them.
    this.#unsubscribe = followed.changes.subscribe({
      onChange: (change) => {
        if (followed.concerns(change)) this.#mark();
      },
      onGap: () => this.#mark(),
    });
  }

  async next(): Promise<IteratorResult<Row, undefined>> {
    for (;;) {
      if (this.#done) return { done: true, value: undefined };
      if (!this.#dirty) await new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.#done) return { done: true, value: undefined };
      const row = await this.#load();
      if (row !== undefined) return { done: false, value: row };
    }
  }

  return(): Promise<IteratorResult<Row, undefined>> {
    this.#finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  async #load(): Promise<Row | undefined> {
    this.#dirty = false;
    try {
      const row = await this.#followed.load();
      if (this.#followed.isLast(row)) this.#finish();
      return row;
    } catch (error) {
      if (asMillraceError(error).code === 'UNAVAILABLE') {
        setTimeout(() => this.#mark(), RETRY_MILLISECONDS).unref();
        return undefined;
      }
      this.#finish();
      throw error;
    }
  }

  #mark(): void {
    this.#dirty = true;
    this.#wake?.();
  }

  #finish(): void {
    this.#done = true;
    this.#unsubscribe();
    this.#wake?.();
  }
}

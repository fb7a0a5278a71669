import type { DataSource } from 'typeorm';
import { listen } from './listen.ts';

/** One committed change: which row, and whose. Load the row to learn more; it is visible by then. */
export interface Change {
  readonly table: string;
  readonly id: string;
  readonly workspaceId: string;
  /** Of everything that belongs to one use case, so that whoever follows the use case hears of it. */
  readonly useCaseId?: string;
}

export interface ChangeListener {
  readonly onChange: (change: Change) => void;
  /** The connection was lost and is back: changes may have been missed, so load again what matters. */
  readonly onGap: () => void;
}

/** Committed changes as PostgreSQL announces them: one connection per feed, any number of listeners. */
export class ChangeFeed {
  readonly #dataSource: DataSource;
  readonly #listeners = new Set<ChangeListener>();
  #stop: (() => Promise<void>) | undefined;

  constructor({ dataSource }: { readonly dataSource: DataSource }) {
    this.#dataSource = dataSource;
  }

  async start(): Promise<void> {
    this.#stop = await listen(this.#dataSource, 'millrace', {
      onMessage: (payload) => {
        const change = JSON.parse(payload) as Change;
        for (const listener of this.#listeners) listener.onChange(change);
      },
      onReconnected: () => {
        for (const listener of this.#listeners) listener.onGap();
      },
    });
  }

  /** Returns what unsubscribes. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#stop?.();
  }
}

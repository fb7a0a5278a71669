import type { EngineSession } from '../engine/engine-tasks.ts';

/** Named aggregates that are read in one statement. */
export class Measures {
  readonly #expressions = new Map<string, string>();

  add(name: string, sql: string): void {
    this.#expressions.set(name, sql);
  }

  /** The numbers by name; null where there is none, and for what is not a number. */
  async read(session: EngineSession, relation: string): Promise<(name: string) => number | null> {
    if (this.#expressions.size === 0) return () => null;
    const reader = await session.connection.runAndReadAll(`SELECT ${[...this.#expressions.values()].join(', ')} FROM ${relation}`);
    const [row = []] = reader.getRows();
    const values = new Map([...this.#expressions.keys()].map((name, index) => [name, row[index]]));
    return (name) => {
      const value = values.get(name);
      return typeof value === 'number' && !Number.isNaN(value) ? value : null;
    };
  }
}

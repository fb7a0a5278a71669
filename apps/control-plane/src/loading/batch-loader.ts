/**
 * Collects the keys that resolvers ask for in one turn of execution and reads them in one go, so a list costs one query per
 * field and not one per row. Nothing is remembered between turns: a mutation that follows in the same request sees its own writes.
 */
export class BatchLoader<Key, Value> {
  readonly #read: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>;
  #waiting: Map<Key, PromiseWithResolvers<Value | undefined>> = new Map();

  constructor(read: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>) {
    this.#read = read;
  }

  load(key: Key): Promise<Value | undefined> {
    // The next tick behind the promise jobs of this one: by then every sibling has asked.
    if (this.#waiting.size === 0) void Promise.resolve().then(() => process.nextTick(() => void this.#dispatch()));
    const known = this.#waiting.get(key);
    if (known !== undefined) return known.promise;
    const asked = Promise.withResolvers<Value | undefined>();
    this.#waiting.set(key, asked);
    return asked.promise;
  }

  async #dispatch(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = new Map();
    try {
      const values = await this.#read([...batch.keys()]);
      for (const [key, asked] of batch) asked.resolve(values.get(key));
    } catch (error) {
      for (const asked of batch.values()) asked.reject(error);
    }
  }
}

/** One value that is being looked up for everybody who asks for it, until the last of them has gone. */
interface Lookup<Value> {
  readonly found: Promise<Value>;
  readonly given: AbortController;
  waiting: number;
}

/** Values by key that are looked up once. What was found is kept; a failure is not, nor what nobody waits for any more. */
export class SharedValues<Value> {
  readonly #known = new Map<string, Value>();
  readonly #lookups = new Map<string, Lookup<Value>>();
  readonly #find: (key: string, signal: AbortSignal) => Promise<Value>;

  constructor(find: (key: string, signal: AbortSignal) => Promise<Value>) {
    this.#find = find;
  }

  /** The value without waiting, if it is known. */
  peek(key: string): Value | undefined {
    return this.#known.get(key);
  }

  forget(key: string): void {
    this.#known.delete(key);
  }

  async get(key: string, signal?: AbortSignal): Promise<Value> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    signal?.throwIfAborted();
    const lookup = this.#lookups.get(key) ?? this.#begin(key);
    lookup.waiting++;
    try {
      return await untilAborted(lookup.found, signal);
    } finally {
      lookup.waiting--;
      if (lookup.waiting === 0) this.#leave(key, lookup);
    }
  }

  #begin(key: string): Lookup<Value> {
    const given = new AbortController();
    const found = this.#find(key, given.signal);
    const lookup: Lookup<Value> = { found, given, waiting: 0 };
    this.#lookups.set(key, lookup);
    found.then(
      (value) => this.#known.set(key, value),
      () => undefined,
    );
    return lookup;
  }

  #leave(key: string, lookup: Lookup<Value>): void {
    if (this.#lookups.get(key) === lookup) this.#lookups.delete(key);
    lookup.given.abort();
  }
}

/** What the promise becomes, or the reason of the signal if that comes first. */
function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

import { setTimeout as delay } from 'node:timers/promises';

/** Longer than this without an answer, a part counts as away. */
const PATIENCE_MILLISECONDS = 2000;
/** However often it is asked, the parts are asked once in this time. */
const GRAIN_MILLISECONDS = 500;

export interface ReadinessParts {
  /** Each resolves when the part answers. */
  readonly parts: Readonly<Record<string, () => Promise<unknown>>>;
  /** What keeps nothing from working, but somebody should know. */
  readonly warnings: () => Promise<readonly string[]>;
}

export interface ReadinessAnswer {
  readonly isReady: boolean;
  /** `ready`, or what is away. */
  readonly status: string;
  readonly parts: Readonly<Record<string, 'available' | 'unavailable'>>;
  readonly warnings: readonly string[];
}

/** Whether the control plane can do what it is for: with its database and with its queue. */
export class Readiness {
  readonly #parts: ReadinessParts;
  readonly #pending = new Map<string, Promise<boolean>>();
  #latest: { readonly answer: Promise<ReadinessAnswer>; readonly askedAt: number } | undefined;

  constructor(parts: ReadinessParts) {
    this.#parts = parts;
  }

  answer(): Promise<ReadinessAnswer> {
    const now = performance.now();
    if (this.#latest === undefined || now - this.#latest.askedAt > GRAIN_MILLISECONDS) this.#latest = { answer: this.#ask(), askedAt: now };
    return this.#latest.answer;
  }

  async #ask(): Promise<ReadinessAnswer> {
    const asked = Object.entries(this.#parts.parts).map(async ([name, ask]) => [name, (await this.#inTime(name, ask)) ? 'available' : 'unavailable'] as const);
    const parts = Object.fromEntries(await Promise.all(asked));
    const away = Object.keys(parts).filter((name) => parts[name] === 'unavailable');
    const isReady = away.length === 0;
    let warnings: readonly string[] = [];
    if (isReady) await this.#inTime('warnings', async () => (warnings = await this.#parts.warnings()));
    return { isReady, status: isReady ? 'ready' : `${away.join(' and ')} unavailable`, parts, warnings };
  }

  /** Whether a part answers. One that was asked and does not is not asked again before it has: questions would pile up. */
  async #inTime(name: string, ask: () => Promise<unknown>): Promise<boolean> {
    const answered =
      this.#pending.get(name) ??
      ask()
        .then(yes, no)
        .finally(() => this.#pending.delete(name));
    this.#pending.set(name, answered);
    return Promise.race([answered, delay(PATIENCE_MILLISECONDS, false, { ref: false })]);
  }
}

const yes = (): boolean => true;
const no = (): boolean => false;

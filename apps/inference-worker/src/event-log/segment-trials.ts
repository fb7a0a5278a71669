interface Trial {
  attempts: number;
  reclosings: number;
  /** Not before. */
  dueAt: number;
}

const FIRST_PAUSE_MILLISECONDS = 10_000;
/** Refusals of one segment that prove that it will never be taken: over some two and a half minutes, so that a moment's fault is no proof. */
const PROOF_OF_REFUSAL = 5;
/** Failures beside segments that were taken. */
const PROOF_OF_FAULT = 12;
const LONGEST_PAUSE_MILLISECONDS = 600_000;
const PROOF_OF_DAMAGE = 3;

/** How often segments were tried, and when they are tried again. It forgets with the process: a restart gives each one another chance. */
export class SegmentTrials {
  readonly #trials = new Map<number, Trial>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  isDue(sequence: number): boolean {
    const trial = this.#trials.get(sequence);
    return trial === undefined || trial.dueAt <= this.#now();
  }

  /** True when it was refused often enough to be set aside. */
  refused(sequence: number): boolean {
    return this.#count(sequence) >= PROOF_OF_REFUSAL;
  }

  /** True when it failed often enough to be set aside. */
  failed(sequence: number): boolean {
    return this.#count(sequence) >= PROOF_OF_FAULT;
  }

  /** Not again for a while; it is nobody's fault. */
  pause(sequence: number): void {
    this.#of(sequence).dueAt = this.#now() + FIRST_PAUSE_MILLISECONDS;
  }

  /** True when closing it again does not help. */
  closedAgain(sequence: number): boolean {
    return ++this.#of(sequence).reclosings > PROOF_OF_DAMAGE;
  }

  /** Forgets all others. */
  keep(sequences: readonly number[]): void {
    const kept = new Set(sequences);
    for (const sequence of this.#trials.keys()) if (!kept.has(sequence)) this.#trials.delete(sequence);
  }

  #count(sequence: number): number {
    const trial = this.#of(sequence);
    trial.dueAt = this.#now() + Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** trial.attempts);
    return ++trial.attempts;
  }

  #of(sequence: number): Trial {
    let trial = this.#trials.get(sequence);
    if (trial === undefined) this.#trials.set(sequence, (trial = { attempts: 0, reclosings: 0, dueAt: 0 }));
    return trial;
  }
}

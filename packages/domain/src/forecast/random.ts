/** Numbers that look random in [0, 1), the same ones for the same seed (mulberry32). `learning` has its own: the two rooms do not know each other. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A normal number (Box and Muller). */
export function normalFrom(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const TABLE_BITS = 14;

/** Normal numbers, drawn when the first forecast is made: one takes a million of them. */
let drawn: Float64Array | undefined;

function table(): Float64Array {
  const random = seededRandom(20_010_401);
  drawn ??= Float64Array.from({ length: 1 << TABLE_BITS }, () => normalFrom(random));
  return drawn;
}

/** Normal numbers from a table, in an order that `random` chooses. */
export class NormalStream {
  readonly #table = table();
  readonly #stride: number;
  #at: number;

  constructor(random: () => number) {
    const { length } = this.#table;
    this.#at = Math.floor(random() * length);
    this.#stride = 2 * Math.floor(random() * (length / 2)) + 1;
  }

  next(): number {
    this.#at = (this.#at + this.#stride) & (this.#table.length - 1);
    return this.#table[this.#at] as number;
  }
}

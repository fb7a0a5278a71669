/** Numbers that look random in [0, 1), the same ones for the same seed (mulberry32). */
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

/** Normal numbers, drawn once: a forecast takes a million of them. */
const TABLE = ((): Float64Array => {
  const random = seededRandom(20_010_401);
  return Float64Array.from({ length: 1 << TABLE_BITS }, () => normalFrom(random));
})();

/** Normal numbers from a table, in an order that `random` chooses. */
export class NormalStream {
  #at: number;
  readonly #stride: number;

  constructor(random: () => number) {
    this.#at = Math.floor(random() * TABLE.length);
    this.#stride = 2 * Math.floor(random() * (TABLE.length / 2)) + 1;
  }

  next(): number {
    this.#at = (this.#at + this.#stride) & (TABLE.length - 1);
    return TABLE[this.#at] as number;
  }
}

/** More stretches cost more than what lies between them. */
const MOST_STRETCHES = 16;
/** A pause is a gap that is so many times as long as the usual one. */
const PAUSE = 8;

/** The ids of batches in stretches of time without a long pause, oldest first. Ids begin with their time. */
export function stretchesOf(batchIds: readonly string[]): string[][] {
  const sorted = batchIds.toSorted((left, right) => (left < right ? -1 : 1));
  const gaps = sorted.slice(1).map((id, index) => timeOf(id) - timeOf(sorted[index] ?? ''));
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const pauses = gaps.filter((gap) => gap > usual * PAUSE).toSorted((a, b) => b - a);
  const shortest = pauses[Math.min(pauses.length, MOST_STRETCHES - 1) - 1] ?? Number.POSITIVE_INFINITY;
  const stretches: string[][] = [];
  for (const [index, id] of sorted.entries()) {
    if (index === 0 || ((gaps[index - 1] ?? 0) >= shortest && stretches.length < MOST_STRETCHES)) stretches.push([]);
    stretches.at(-1)?.push(id);
  }
  return stretches;
}

/** The first ten digits after the prefix, which sort as the time does; what they mean does not matter. */
function timeOf(id: string): number {
  return Array.from(id.slice(id.indexOf('_') + 1).slice(0, 10), (digit) => Number.parseInt(digit, 36)).reduce((time, digit) => time * 36 + (digit || 0), 0);
}

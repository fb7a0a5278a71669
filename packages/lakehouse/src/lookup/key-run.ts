/**
 * Keys with their places, sorted by key. A key is a hash of 52 bits, which a double holds exactly; a place is a text of a
 * dictionary. One key may have several places; a pair is there once.
 */
export interface KeyRun {
  readonly keys: Float64Array;
  /** For each key the position of its place in `dictionary`. */
  readonly places: Uint32Array;
  readonly dictionary: readonly string[];
}

export const EMPTY_RUN: KeyRun = { keys: new Float64Array(), places: new Uint32Array(), dictionary: [] };

/** Sorted keys, each once. */
export function distinctKeys(keys: Float64Array): Float64Array {
  return keys.filter((key, index) => index === 0 || key !== keys[index - 1]);
}

/** The pairs of a run but for those of some places. */
export function withoutPlaces({ keys, places, dictionary }: KeyRun, isGone: (place: string) => boolean): KeyRun {
  const left: string[] = [];
  const positions = Int32Array.from(dictionary, (place) => (isGone(place) ? -1 : left.push(place) - 1));
  const positionOf = (index: number): number => positions[places[index] ?? -1] ?? -1;
  return {
    keys: keys.filter((_, index) => positionOf(index) >= 0),
    places: places.map((_, index) => positionOf(index)).filter((_, index) => positionOf(index) >= 0),
    dictionary: left,
  };
}

/** All pairs of the runs, each once. */
export function mergeRuns(runs: readonly KeyRun[]): KeyRun {
  if (runs.length === 0) return EMPTY_RUN;
  let level = withOneDictionary(runs);
  const dictionary = level[0]?.dictionary ?? [];
  while (level.length > 1) {
    const next: KeyRun[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index], level[index + 1]];
      if (left !== undefined) next.push(right === undefined ? left : mergeTwo(left, right, dictionary));
    }
    level = next;
  }
  return level[0] ?? EMPTY_RUN;
}

function withOneDictionary(runs: readonly KeyRun[]): KeyRun[] {
  const positions = new Map<string, number>();
  const translations = runs.map(({ dictionary }) =>
    Uint32Array.from(dictionary, (place) => {
      const known = positions.get(place) ?? positions.size;
      positions.set(place, known);
      return known;
    }),
  );
  const dictionary = [...positions.keys()];
  return runs.map(({ keys, places }, index) => ({ keys, places: places.map((place) => translations[index]?.[place] ?? 0), dictionary }));
}

function mergeTwo(left: KeyRun, right: KeyRun, dictionary: readonly string[]): KeyRun {
  const keys = new Float64Array(left.keys.length + right.keys.length);
  const places = new Uint32Array(keys.length);
  let count = 0;
  let [l, r] = [0, 0];
  while (l < left.keys.length || r < right.keys.length) {
    const isLeft = r >= right.keys.length || (l < left.keys.length && (left.keys[l] ?? 0) <= (right.keys[r] ?? 0));
    const key = (isLeft ? left.keys[l] : right.keys[r]) ?? 0;
    const place = (isLeft ? left.places[l++] : right.places[r++]) ?? 0;
    if (isThere(keys, places, count, key, place)) continue;
    keys[count] = key;
    places[count++] = place;
  }
  return { keys: keys.slice(0, count), places: places.slice(0, count), dictionary };
}

/** Whether the pair is among those of its key that were written last. */
function isThere(keys: Float64Array, places: Uint32Array, count: number, key: number, place: number): boolean {
  for (let index = count - 1; index >= 0 && keys[index] === key; index--) if (places[index] === place) return true;
  return false;
}

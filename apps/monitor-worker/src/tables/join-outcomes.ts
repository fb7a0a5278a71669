import { FileBounds, type KeyIndex, type KeyRun, type Snapshot } from '@millrace/lakehouse';
import { inBatches } from './outcome-sql.ts';
import type { JoinedWindow, JoinRequest, OutcomeJoin } from './outcome-tables.ts';

/** A table at one version, and where its events are. */
export interface IndexedTable {
  readonly snapshot: Snapshot;
  readonly index: KeyIndex;
}

export interface IndexedOutcomes {
  readonly predictions: IndexedTable | undefined;
  readonly labels: IndexedTable | undefined;
}

/** Where the index has a prediction: its minute. A window may begin within one, then the window before is taken for touched, too. */
export const MINUTE = `(epoch_ms(event_time) // 60000)::VARCHAR`;
const MINUTE_MILLISECONDS = 60_000;

/**
 * Joins by event what came since the last evaluation. A pair of a label and a prediction is found by whichever came later:
 * new labels are looked up among all predictions, new predictions among all labels. So its cost follows what is new.
 */
export async function joinOutcomes(outcomes: IndexedOutcomes, windowSeconds: number, { since, batchIds }: JoinRequest): Promise<OutcomeJoin | undefined> {
  const windows = new WindowPairs(windowSeconds);
  const { predictions, labels } = outcomes;
  const added = predictions === undefined || since === undefined ? undefined : await predictions.index.keysSince(predictions.snapshot, since);
  if (predictions !== undefined && since !== undefined && added === undefined) return undefined;
  const hits = new Set<string>();
  if (added !== undefined && labels !== undefined) {
    const minutes = placesByKey(added);
    await labels.index.find(labels.snapshot, added.keys, (key, batchId) => {
      hits.add(batchId);
      for (const minute of minutes.get(key) ?? []) windows.add(batchId, minute);
    });
  }
  const { unmatched } = await joinLabels(outcomes, batchIds, (batchId, minute) => windows.add(batchId, minute));
  for (const batchId of batchIds) hits.delete(batchId);
  return { predictionsVersion: predictions?.snapshot.version ?? -1, windows: windows.all(), hitBatchIds: [...hits], unmatched };
}

/** Looks the labels of some batches up among all predictions. */
export async function joinLabels(
  { predictions, labels }: IndexedOutcomes,
  batchIds: readonly string[],
  found: (batchId: string, minute: string) => void,
): Promise<{ readonly unmatched: ReadonlyMap<string, number> }> {
  const unmatched = new Map(batchIds.map((batchId) => [batchId, 0]));
  if (batchIds.length === 0 || labels === undefined) return { unmatched };
  const run = await labels.index.keysWhere(labels.snapshot, mayHoldBatches(batchIds), inBatches(batchIds));
  const batches = placesByKey(run);
  const matched = new Set<number>();
  await predictions?.index.find(predictions.snapshot, run.keys, (key, minute) => {
    matched.add(key);
    for (const batchId of batches.get(key) ?? []) found(batchId, minute);
  });
  for (const [key, places] of batches) {
    if (matched.has(key)) continue;
    for (const batchId of places) unmatched.set(batchId, (unmatched.get(batchId) ?? 0) + 1);
  }
  return { unmatched };
}

/** Lets go of the places of rows that were kept long enough: minutes and batches before the first that is left. */
export async function shrinkIndexes({ predictions, labels }: IndexedOutcomes): Promise<void> {
  const firstTime = Date.parse(leastOf(predictions?.snapshot, 'event_time') ?? '');
  await predictions?.index.shrink(predictions.snapshot, (minute) => minute !== '' && (Number(minute) + 1) * MINUTE_MILLISECONDS <= firstTime);
  const firstBatch = leastOf(labels?.snapshot, 'label_batch_id') ?? '';
  await labels?.index.shrink(labels.snapshot, (batchId) => batchId < firstBatch);
}

/** The least text of a column of all files; `undefined` where one does not say. */
function leastOf(snapshot: Snapshot | undefined, column: string): string | undefined {
  let least: string | undefined;
  for (const file of snapshot?.files.values() ?? []) {
    const own = new FileBounds(file).leastOf(column);
    if (typeof own !== 'string') return undefined;
    if (least === undefined || own < least) least = own;
  }
  return least;
}

/** Ids of batches sort by time, so a file of labels has those between its first and its last. */
export function mayHoldBatches(batchIds: readonly string[]): (bounds: FileBounds) => boolean {
  return (bounds) => batchIds.some((batchId) => bounds.mayOverlap('label_batch_id', batchId, batchId));
}

function placesByKey({ keys, places, dictionary }: KeyRun): Map<number, string[]> {
  const byKey = new Map<number, string[]>();
  for (const [index, key] of keys.entries()) {
    const place = dictionary[places[index] ?? -1] ?? '';
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [place]);
    else known.push(place);
  }
  return byKey;
}

/** Pairs of a batch and a window, each once. */
class WindowPairs {
  readonly #milliseconds: number;
  readonly #pairs = new Map<string, JoinedWindow>();
  readonly #minutes = new Set<string>();

  constructor(windowSeconds: number) {
    this.#milliseconds = windowSeconds * 1000;
  }

  add(labelBatchId: string, minute: string): void {
    const text = `${labelBatchId} ${minute}`;
    // A prediction without a time is in no window.
    if (minute === '' || this.#minutes.has(text)) return;
    this.#minutes.add(text);
    const start = Number(minute) * MINUTE_MILLISECONDS;
    for (const instant of [start, start + MINUTE_MILLISECONDS - 1]) {
      const windowStart = Math.floor(instant / this.#milliseconds) * this.#milliseconds;
      this.#pairs.set(`${labelBatchId} ${windowStart}`, { labelBatchId, windowStart });
    }
  }

  all(): JoinedWindow[] {
    return [...this.#pairs.values()];
  }
}

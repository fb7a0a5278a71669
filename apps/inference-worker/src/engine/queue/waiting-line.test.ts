import { expect, test } from 'vitest';
import { PRIORITY_LEVELS } from './priority.ts';
import type { QueueEntry } from './queue-entry.ts';
import { AGEING_MILLISECONDS, WaitingLine } from './waiting-line.ts';

function entryOf(level: number, submittedAt: number): QueueEntry {
  return {
    request: { inputs: {}, rows: 1 },
    rows: 1,
    bytes: 0,
    level,
    submittedAt,
    expiresAt: Infinity,
    resolve: () => undefined,
    reject: () => undefined,
    previous: undefined,
    next: undefined,
    heapIndex: -1,
  };
}

/** The levels in the order in which they go, while another request of level 1 comes every millisecond. */
function orderUnderLoad(waiting: readonly QueueEntry[], from: number, milliseconds: number): number[] {
  const line = new WaitingLine();
  for (const entry of waiting) line.add(entry);
  const levels: number[] = [];
  for (let now = from; now < from + milliseconds; now++) {
    line.add(entryOf(1, now));
    const first = line.first();
    if (first === undefined) break;
    line.remove(first);
    if (first.level > 1) levels.push(first.level);
  }
  return levels;
}

test('a request of a lower priority gets its turn in the end, however many of a higher one keep coming', () => {
  const waiting = [15, 8, 2].map((level) => entryOf(level, 0));
  expect(orderUnderLoad(waiting, 0, AGEING_MILLISECONDS - 1)).toEqual([]);
  expect(orderUnderLoad(waiting, 0, 8 * AGEING_MILLISECONDS)).toEqual([2, 8]);
  expect(orderUnderLoad(waiting, 0, 15 * AGEING_MILLISECONDS)).toEqual([2, 8, 15]);
});

test('copies for a shadow wait for everybody', () => {
  expect(orderUnderLoad([entryOf(PRIORITY_LEVELS, 0)], 0, 100 * AGEING_MILLISECONDS)).toEqual([]);
  expect(orderUnderLoad([entryOf(PRIORITY_LEVELS, 0), entryOf(15, 0)], 1e9, 2)).toEqual([15]);
});

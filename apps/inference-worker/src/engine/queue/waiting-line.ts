import { PRIORITY_LEVELS } from './priority.ts';
import type { QueueEntry } from './queue-entry.ts';

/** How much earlier a request must have come to go before one of the level above it: so that no level waits for ever. */
export const AGEING_MILLISECONDS = 500;

/** The requests that wait, by level, first come first served inside a level. Every operation takes the same time however many wait. */
export class WaitingLine {
  /** Rows and bytes of inputs that wait. */
  rows = 0;
  bytes = 0;
  private readonly heads: (QueueEntry | undefined)[] = new Array<QueueEntry | undefined>(PRIORITY_LEVELS + 1).fill(undefined);
  private readonly tails: (QueueEntry | undefined)[] = new Array<QueueEntry | undefined>(PRIORITY_LEVELS + 1).fill(undefined);
  private length = 0;

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** The one that is to go next: of the highest level, unless one of a lower level came so much earlier that its turn has come. */
  first(): QueueEntry | undefined {
    if (this.length === 0) return undefined;
    let first: QueueEntry | undefined;
    let turn = Infinity;
    for (let level = 0; level < PRIORITY_LEVELS; level++) {
      const head = this.heads[level];
      if (head === undefined || head.submittedAt + level * AGEING_MILLISECONDS >= turn) continue;
      first = head;
      turn = head.submittedAt + level * AGEING_MILLISECONDS;
    }
    // Copies for a shadow do not age.
    return first ?? this.heads[PRIORITY_LEVELS];
  }

  /** When the one that has waited longest came, by `performance.now()`; undefined: nobody waits. */
  oldest(): number | undefined {
    let oldest: number | undefined;
    for (const head of this.heads) if (head !== undefined && (oldest === undefined || head.submittedAt < oldest)) oldest = head.submittedAt;
    return oldest;
  }

  add(entry: QueueEntry): void {
    const tail = this.tails[entry.level];
    entry.previous = tail;
    if (tail === undefined) this.heads[entry.level] = entry;
    else tail.next = entry;
    this.tails[entry.level] = entry;
    this.rows += entry.rows;
    this.bytes += entry.bytes;
    this.length++;
  }

  remove(entry: QueueEntry): void {
    const { previous, next, level } = entry;
    if (previous === undefined) this.heads[level] = next;
    else previous.next = next;
    if (next === undefined) this.tails[level] = previous;
    else next.previous = previous;
    entry.previous = undefined;
    entry.next = undefined;
    this.rows -= entry.rows;
    this.bytes -= entry.bytes;
    this.length--;
  }

  /** All that wait, in the order in which they would go. */
  all(): QueueEntry[] {
    const entries: QueueEntry[] = [];
    for (const head of this.heads) for (let entry = head; entry !== undefined; entry = entry.next) entries.push(entry);
    return entries;
  }
}

import type { QueueEntry } from './queue-entry.ts';

/** What a timer of Node can wait at most. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/** The deadlines of the requests that wait, earliest first, with one timer for all of them and none while there is none. */
export class DeadlineHeap {
  private readonly onExpired: (entry: QueueEntry) => void;
  private readonly heap: QueueEntry[] = [];
  private timer: NodeJS.Timeout | undefined;
  private firesAt = Infinity;

  constructor(onExpired: (entry: QueueEntry) => void) {
    this.onExpired = onExpired;
  }

  add(entry: QueueEntry): void {
    if (entry.expiresAt === Infinity) return;
    this.heap.push(entry);
    this.rise(entry, this.heap.length - 1);
    if (entry.expiresAt < this.firesAt) this.arm(entry.expiresAt);
  }

  /** The one whose time is up next. */
  get first(): QueueEntry | undefined {
    return this.heap[0];
  }

  remove(entry: QueueEntry): void {
    const index = entry.heapIndex;
    if (index < 0) return;
    entry.heapIndex = -1;
    const last = this.heap.pop();
    if (last === undefined || last === entry) return;
    this.sink(last, index);
    if (last.heapIndex === index) this.rise(last, index);
  }

  private arm(at: number): void {
    clearTimeout(this.timer);
    this.firesAt = at;
    this.timer = setTimeout(this.fire, Math.min(LONGEST_TIMER_MILLISECONDS, Math.max(0, Math.ceil(at - performance.now()))));
    this.timer.unref();
  }

  private readonly fire = (): void => {
    this.firesAt = Infinity;
    const now = performance.now();
    for (let first = this.heap[0]; first !== undefined && first.expiresAt <= now; first = this.heap[0]) {
      this.remove(first);
      this.onExpired(first);
    }
    const [next] = this.heap;
    if (next !== undefined) this.arm(next.expiresAt);
  };

  private rise(entry: QueueEntry, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.heap[above];
      if (parent === undefined || parent.expiresAt <= entry.expiresAt) break;
      this.place(parent, index);
      index = above;
    }
    this.place(entry, index);
  }

  private sink(entry: QueueEntry, from: number): void {
    let index = from;
    for (;;) {
      let below = 2 * index + 1;
      let child = this.heap[below];
      const other = this.heap[below + 1];
      if (child === undefined) break;
      if (other !== undefined && other.expiresAt < child.expiresAt) {
        child = other;
        below++;
      }
      if (entry.expiresAt <= child.expiresAt) break;
      this.place(child, index);
      index = below;
    }
    this.place(entry, index);
  }

  private place(entry: QueueEntry, index: number): void {
    this.heap[index] = entry;
    entry.heapIndex = index;
  }
}

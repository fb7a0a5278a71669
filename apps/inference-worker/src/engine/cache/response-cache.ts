import { hashInputs } from './hash-inputs.ts';
import type { RunRequest } from '../run-request.ts';
import { tensorBytes } from '../tensor/tensor-bytes.ts';
import type { NamedTensors, Tensor } from '../tensor/tensor.ts';
import type { DurationSum } from '../statistics/version-statistics.ts';

interface Entry {
  readonly outputs: NamedTensors;
  readonly bytes: number;
}

/** What an entry takes beside its values: the key, the record, its place in the map. */
const ENTRY_BYTES = 400;

/**
 * The answers of one version by the hash of their inputs, least recently used first to go. It keeps copies and gives copies,
 * so that nobody can change what others get. Requests that ask the same at the same time share one run.
 */
export class ResponseCache {
  private readonly maximumBytes: number;
  private readonly entries = new Map<string, Entry>();
  private readonly running = new Map<string, Promise<NamedTensors>>();
  private bytes = 0;
  private hit = { count: 0, nanoseconds: 0 };
  private miss = { count: 0, nanoseconds: 0 };
  private rowsOfHits = 0;

  constructor(maximumBytes: number) {
    this.maximumBytes = maximumBytes;
  }

  /** Answers found here, and how long the search took. */
  get hits(): DurationSum {
    return { ...this.hit };
  }

  /** Answers that had to be made, and how long the search and keeping them took. */
  get misses(): DurationSum {
    return { ...this.miss };
  }

  get hitRows(): number {
    return this.rowsOfHits;
  }

  get heldBytes(): number {
    return this.bytes;
  }

  async answer(request: RunRequest, run: (request: RunRequest) => Promise<NamedTensors>): Promise<NamedTensors> {
    const begin = performance.now();
    const key = hashInputs(request.inputs);
    const kept = this.find(key);
    if (kept !== undefined) return this.hand(kept, request, begin);
    // A request with a deadline of its own waits for nobody.
    const running = request.timeoutMicroseconds === undefined ? this.running.get(key) : undefined;
    if (running === undefined) return this.runAndKeep(key, request, run, begin);
    const shared = await running.catch(() => undefined);
    // The failure of another, who may just have been too late, is nobody else's. Who has waited for it once waits for no other.
    return shared === undefined ? this.runAndKeep(key, request, run, performance.now()) : this.hand(shared, request, begin);
  }

  /** Forgets every answer; the counts stay. */
  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  private find(key: string): NamedTensors | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.outputs;
  }

  private hand(outputs: NamedTensors, { rows }: RunRequest, begin: number): NamedTensors {
    this.rowsOfHits += rows;
    count(this.hit, performance.now() - begin);
    return copyOf(outputs);
  }

  private async runAndKeep(key: string, request: RunRequest, run: (request: RunRequest) => Promise<NamedTensors>, begin: number): Promise<NamedTensors> {
    const searched = performance.now() - begin;
    const answer = run(request).then(copyOf);
    this.running.set(key, answer);
    try {
      const made = await answer;
      const keeping = performance.now();
      this.keep(key, made);
      count(this.miss, searched + performance.now() - keeping);
      return copyOf(made);
    } finally {
      if (this.running.get(key) === answer) this.running.delete(key);
    }
  }

  private keep(key: string, outputs: NamedTensors): void {
    const bytes = tensorBytes(outputs) + ENTRY_BYTES;
    if (bytes > this.maximumBytes || this.entries.has(key)) return;
    this.entries.set(key, { outputs, bytes });
    this.bytes += bytes;
    for (const [oldest, entry] of this.entries) {
      if (this.bytes <= this.maximumBytes) break;
      this.entries.delete(oldest);
      this.bytes -= entry.bytes;
    }
  }
}

function count(sum: { count: number; nanoseconds: number }, milliseconds: number): void {
  sum.count++;
  sum.nanoseconds += Math.round(milliseconds * 1e6);
}

function copyOf(tensors: NamedTensors): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]): [string, Tensor] => [name, { ...tensor, data: tensor.data.slice() }]));
}

import type { AssignedVersion } from '@millrace/contracts';
import type { EndpointRoute } from '../serving/route-table.ts';
import type { PredictionBatch } from './prediction-batch.ts';
import { RowChunk } from './row-chunk.ts';

interface Slot {
  readonly endpoint: EndpointRoute;
  readonly version: AssignedVersion;
  chunk: RowChunk | undefined;
  /** Rows of the next chunk: grows while chunks get full between two hand-overs, and shrinks again. */
  capacity: number;
}

const SMALLEST_CAPACITY = 64;
const LARGEST_CAPACITY = 2048;

/** The chunks that take rows: at most one for each endpoint and version. */
export class OpenChunks {
  /** Weak: a new assignment brings new objects. */
  private readonly slots = new WeakMap<EndpointRoute, WeakMap<AssignedVersion, Slot>>();
  private readonly taking = new Set<Slot>();
  private latest: Slot | undefined;

  /** Adds the rows of a batch. Gives the chunk that has them, and one that had no room for them and has to go now. */
  add(batch: PredictionBatch): { readonly chunk: RowChunk; readonly full: RowChunk | undefined } {
    const slot = this.slotOf(batch);
    const full = slot.chunk;
    if (full?.add(batch) === true) return { chunk: full, full: undefined };
    if (full !== undefined) slot.capacity = Math.min(LARGEST_CAPACITY, slot.capacity * 2);
    const chunk = new RowChunk(batch, slot.capacity);
    chunk.add(batch);
    slot.chunk = chunk;
    this.taking.add(slot);
    return { chunk, full };
  }

  /** All chunks that hold rows; they take no more. */
  takeAll(): RowChunk[] {
    const chunks: RowChunk[] = [];
    for (const slot of this.taking) {
      if (slot.chunk === undefined) continue;
      if (slot.chunk.rows < slot.capacity / 4) slot.capacity = Math.max(SMALLEST_CAPACITY, slot.capacity / 2);
      chunks.push(slot.chunk);
      slot.chunk = undefined;
    }
    this.taking.clear();
    return chunks;
  }

  private slotOf({ endpoint, version }: PredictionBatch): Slot {
    if (this.latest?.endpoint === endpoint && this.latest.version === version) return this.latest;
    let ofEndpoint = this.slots.get(endpoint);
    if (ofEndpoint === undefined) this.slots.set(endpoint, (ofEndpoint = new WeakMap()));
    let slot = ofEndpoint.get(version);
    if (slot === undefined) ofEndpoint.set(version, (slot = { endpoint, version, chunk: undefined, capacity: SMALLEST_CAPACITY }));
    this.latest = slot;
    return slot;
  }
}

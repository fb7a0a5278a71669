import type { ReferenceProfile, SegmentHead } from '@millrace/contracts';
import type { PredictionRows } from '@millrace/prediction-segment';
import type { SegmentManifest } from './segment-folder.ts';
import { SegmentSummaries } from './segment-summaries.ts';
import { summaryColumns } from './summary-columns.ts';

/** What the control plane is told of the rows of a segment: counted as they are written, and again from the file after a crash. */
export class SegmentContents {
  readonly #head: SegmentHead;
  readonly #summaries: SegmentSummaries;
  #minEventTime = Number.POSITIVE_INFINITY;
  #maxEventTime = Number.NEGATIVE_INFINITY;
  #rows = 0;

  constructor(head: SegmentHead) {
    this.#head = head;
    this.#summaries = new SegmentSummaries(head.windowSeconds ?? undefined);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Whether its summaries have come to what one segment should have. */
  get isFull(): boolean {
    return this.#summaries.isFull;
  }

  get unsummarisedRows(): number {
    return this.#summaries.unsummarisedRows;
  }

  add(chunk: PredictionRows, referenceProfile: ReferenceProfile | null): void {
    const { modelVersionId, times, scores, rows } = chunk;
    if (this.#head.windowSeconds !== null && referenceProfile !== null)
      this.#summaries.add({ modelVersionId, referenceProfile, times, rows }, summaryColumns(chunk), scores);
    for (let row = 0; row < rows; row++) {
      const time = times[row] ?? 0;
      if (time < this.#minEventTime) this.#minEventTime = time;
      if (time > this.#maxEventTime) this.#maxEventTime = time;
    }
    this.#rows += rows;
  }

  /** Undefined when there are no rows. */
  manifest(sequence: number): SegmentManifest | undefined {
    if (this.#rows === 0) return undefined;
    return {
      sequence,
      endpointId: this.#head.endpointId,
      rows: this.#rows,
      minEventTime: new Date(this.#minEventTime).toISOString(),
      maxEventTime: new Date(this.#maxEventTime).toISOString(),
      summaries: this.#summaries.build(),
    };
  }
}

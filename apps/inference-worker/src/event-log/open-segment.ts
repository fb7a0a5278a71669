import type { FileHandle } from 'node:fs/promises';
import { encodePredictions } from './encode-predictions.ts';
import type { PredictionBatch } from './prediction-batch.ts';
import { columnsOf } from './prediction-columns.ts';
import type { SegmentHeader, SegmentManifest } from './segment-folder.ts';
import { SegmentSummaries } from './segment-summaries.ts';

/** A segment that takes rows: its file and its summaries. Written by one writer at a time. */
export class OpenSegment {
  readonly header: SegmentHeader;
  private readonly file: FileHandle;
  private readonly summaries: SegmentSummaries;
  private offset = 0;
  private minEventTime = Number.POSITIVE_INFINITY;
  private maxEventTime = Number.NEGATIVE_INFINITY;
  rows = 0;

  constructor(header: SegmentHeader, file: FileHandle) {
    this.header = header;
    this.file = file;
    this.summaries = new SegmentSummaries(header.windowSeconds ?? undefined);
  }

  /**
   * Group commit: writes the batches and syncs once. When it rejects, nothing of them counts, and what may have reached
   * the file is overwritten by the next write.
   */
  async write(batches: readonly PredictionBatch[]): Promise<void> {
    const encoded = batches.map((batch) => ({ batch, columns: columnsOf(batch) }));
    const bytes = Buffer.from(encoded.map(({ batch, columns }) => encodePredictions(batch, columns)).join(''));
    await writeFully(this.file, bytes, this.offset);
    await this.file.datasync();
    this.offset += bytes.length;
    for (const { batch, columns } of encoded) this.count(batch, columns);
  }

  /** What the control plane is told; undefined when the segment has no rows. */
  async finish(): Promise<SegmentManifest | undefined> {
    await this.file.truncate(this.offset);
    await this.file.datasync();
    await this.file.close();
    if (this.rows === 0) return undefined;
    const { sequence, endpointId } = this.header;
    return {
      sequence,
      endpointId,
      rows: this.rows,
      minEventTime: iso(this.minEventTime),
      maxEventTime: iso(this.maxEventTime),
      summaries: this.summaries.build(),
    };
  }

  private count(batch: PredictionBatch, columns: ReturnType<typeof columnsOf>): void {
    const { modelVersionId, referenceProfile } = batch.version;
    for (const [row, time] of batch.eventTimes.entries()) {
      this.minEventTime = Math.min(this.minEventTime, time);
      this.maxEventTime = Math.max(this.maxEventTime, time);
      this.summaries.add(modelVersionId, referenceProfile, time, columns.features, columns.scores, row);
    }
    this.rows += batch.rows;
  }
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

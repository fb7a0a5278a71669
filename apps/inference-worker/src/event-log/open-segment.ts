import { encodePredictions } from './encode-predictions.ts';
import { LineBuffer } from './line-buffer.ts';
import type { LoggedRows } from './logged-rows.ts';
import type { WritableFile } from './segment-files.ts';
import type { SegmentHeader, SegmentManifest } from './segment-folder.ts';
import { SegmentSummaries } from './segment-summaries.ts';
import { summaryColumns } from './summary-columns.ts';

/** A segment that takes rows: its file and its summaries. Written by one writer at a time. */
export class OpenSegment {
  readonly header: SegmentHeader;
  private readonly file: WritableFile;
  private readonly lines = new LineBuffer();
  private readonly summaries: SegmentSummaries;
  private offset = 0;
  private minEventTime = Number.POSITIVE_INFINITY;
  private maxEventTime = Number.NEGATIVE_INFINITY;
  private closed = false;
  rows = 0;
  isFinishing = false;

  constructor(header: SegmentHeader, file: WritableFile) {
    this.header = header;
    this.file = file;
    this.summaries = new SegmentSummaries(header.windowSeconds ?? undefined);
  }

  /**
   * Group commit: writes the chunks and syncs once. When it rejects, nothing of them counts, and what may have reached
   * the file is overwritten by the next write.
   */
  async write(chunks: readonly LoggedRows[]): Promise<void> {
    const { lines } = this;
    lines.clear();
    for (const chunk of chunks) encodePredictions(lines, chunk);
    const bytes = lines.written;
    await this.file.write(bytes, this.offset);
    await this.file.sync();
    this.offset += bytes.length;
    for (const chunk of chunks) this.count(chunk);
  }

  /** What the control plane is told; undefined when the segment has no rows. No row can be written from now on; asked again after it failed, it goes on. */
  async finish(): Promise<SegmentManifest | undefined> {
    this.isFinishing = true;
    if (!this.closed) {
      await this.file.truncate(this.offset);
      await this.file.sync();
      await this.file.close();
      this.closed = true;
    }
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

  private count(chunk: LoggedRows): void {
    const { referenceProfile, times, scores, rows } = chunk;
    if (this.header.windowSeconds !== null && referenceProfile !== null) this.summaries.add(chunk, summaryColumns(chunk), scores);
    for (let row = 0; row < rows; row++) {
      const time = times[row] ?? 0;
      if (time < this.minEventTime) this.minEventTime = time;
      if (time > this.maxEventTime) this.maxEventTime = time;
    }
    this.rows += rows;
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

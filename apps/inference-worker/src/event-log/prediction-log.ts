import type { ReferenceProfile } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import { EndpointWriter, type SegmentLimits } from './endpoint-writer.ts';
import type { PredictionBatch, PredictionSink } from './prediction-batch.ts';
import { replaySegment } from './replay-segment.ts';
import type { SegmentFolder } from './segment-folder.ts';

interface PredictionLogOptions {
  readonly folder: SegmentFolder;
  readonly limits: SegmentLimits;
  readonly logger: Logger;
  /** Told when a segment has closed and can be uploaded. */
  readonly onClosed: () => void;
}

/**
 * The write-ahead log of predictions: one segment at a time per endpoint. It stands beside the response: `append` only
 * queues, and what goes wrong here never reaches a caller. Rows are durable once their group commit has synced.
 */
export class PredictionLog implements PredictionSink {
  private readonly options: PredictionLogOptions;
  private readonly writers = new Map<string, EndpointWriter>();

  constructor(options: PredictionLogOptions) {
    this.options = options;
  }

  append(batch: PredictionBatch): void {
    this.writerOf(batch.endpoint.endpointId).append(batch);
  }

  /** Closes the segments that a crash left open, with the rows that reached the disk. Returns how many rows were found. */
  async recover(profileOf: (modelVersionId: string) => ReferenceProfile | null | undefined): Promise<number> {
    const { folder, logger } = this.options;
    let rows = 0;
    for (const header of await folder.unfinished()) {
      const manifest = await replaySegment(folder.dataPath(header.sequence), header, profileOf);
      if (manifest === undefined) await folder.remove(header.sequence);
      else await folder.writeManifest(manifest);
      rows += manifest?.rows ?? 0;
      logger.info('unfinished segment replayed', { sequence: header.sequence, rows: manifest?.rows ?? 0 });
    }
    if (rows > 0) this.options.onClosed();
    return rows;
  }

  /** Rows that were lost because the disk did not keep up. */
  get droppedRows(): number {
    return [...this.writers.values()].reduce((rows, writer) => rows + writer.droppedRows, 0);
  }

  /** Commits what waits and closes every open segment. */
  async closeSegments(): Promise<void> {
    await Promise.all([...this.writers.values()].map((writer) => writer.closeSegment()));
  }

  /** Closes for good. */
  async stop(): Promise<void> {
    await Promise.all([...this.writers.values()].map((writer) => writer.stop()));
  }

  private writerOf(endpointId: string): EndpointWriter {
    const known = this.writers.get(endpointId);
    if (known !== undefined) return known;
    const writer = new EndpointWriter(this.options);
    this.writers.set(endpointId, writer);
    return writer;
  }
}

import { open } from 'node:fs/promises';
import type { Logger } from '@millrace/service-kit';
import { OpenSegment } from './open-segment.ts';
import type { PredictionBatch } from './prediction-batch.ts';
import type { SegmentFolder } from './segment-folder.ts';

/** When a segment closes, and how much may wait for the disk. */
export interface SegmentLimits {
  readonly segmentRows: number;
  readonly segmentMilliseconds: number;
  /** Rows that may wait for the disk; beyond it rows are dropped and counted, because serving comes first. */
  readonly backlogRows: number;
}

interface EndpointWriterOptions {
  readonly folder: SegmentFolder;
  readonly limits: SegmentLimits;
  readonly logger: Logger;
  readonly onClosed: () => void;
}

const RETRY_MILLISECONDS = 1000;

/**
 * Writes the predictions of one endpoint. One commit is in flight at a time; batches that arrive meanwhile leave together
 * with the next one. A commit that fails is tried again, and the batches stay in memory until then.
 */
export class EndpointWriter {
  private readonly options: EndpointWriterOptions;
  private pending: PredictionBatch[] = [];
  private pendingRows = 0;
  private segment: OpenSegment | undefined;
  private ageTimer: NodeJS.Timeout | undefined;
  private closeAsked = false;
  private stopping = false;
  private pumping: Promise<void> | undefined;
  droppedRows = 0;

  constructor(options: EndpointWriterOptions) {
    this.options = options;
  }

  append(batch: PredictionBatch): void {
    if (this.pendingRows + batch.rows > this.options.limits.backlogRows) {
      if (this.droppedRows === 0)
        this.options.logger.error('predictions dropped: the disk of the prediction log does not keep up', {
          endpointId: batch.endpoint.endpointId,
          backlogRows: this.pendingRows,
        });
      this.droppedRows += batch.rows;
      return;
    }
    this.pending.push(batch);
    this.pendingRows += batch.rows;
    this.wake();
  }

  /** Commits what waits and closes the segment; the writer can go on afterwards. */
  async closeSegment(): Promise<void> {
    this.closeAsked = true;
    this.wake();
    while (this.pumping !== undefined) await this.pumping;
  }

  /** Like `closeSegment`, but gives up on a disk that fails: the rows that were committed are replayed at the next start. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.closeSegment();
  }

  private wake(): void {
    this.pumping ??= this.pump();
  }

  private async pump(): Promise<void> {
    // One turn of the event loop, so that the response is on its way before the disk is asked.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    while (this.pending.length > 0 || this.closeAsked) {
      if (await this.step()) continue;
      if (this.stopping) break;
      await new Promise((resolve) => {
        setTimeout(resolve, RETRY_MILLISECONDS);
      });
    }
    this.pumping = undefined;
  }

  /** One commit; false when the disk refused it. */
  private async step(): Promise<boolean> {
    try {
      await this.commit();
      if (this.closeAsked || (this.segment?.rows ?? 0) >= this.options.limits.segmentRows) await this.finishSegment();
      return true;
    } catch (error) {
      this.options.logger.error('prediction log cannot be written', { error: String(error), waitingRows: this.pendingRows });
      return false;
    }
  }

  private async commit(): Promise<void> {
    const batches = this.pending;
    const [first] = batches;
    if (first === undefined) return;
    this.segment ??= await this.openSegment(first);
    this.pending = [];
    try {
      await this.segment.write(batches);
      this.pendingRows -= batches.reduce((rows, batch) => rows + batch.rows, 0);
    } catch (error) {
      this.pending = [...batches, ...this.pending];
      throw error;
    }
  }

  private async openSegment({ endpoint }: PredictionBatch): Promise<OpenSegment> {
    const { folder, limits } = this.options;
    const sequence = await folder.nextSequence();
    const header = { sequence, endpointId: endpoint.endpointId, windowSeconds: endpoint.monitor?.windowSeconds ?? null };
    await folder.writeHeader(header);
    this.ageTimer = setTimeout(() => {
      this.closeAsked = true;
      this.wake();
    }, limits.segmentMilliseconds).unref();
    return new OpenSegment(header, await open(folder.dataPath(sequence), 'w'));
  }

  private async finishSegment(): Promise<void> {
    this.closeAsked = false;
    const segment = this.segment;
    if (segment === undefined) return;
    this.segment = undefined;
    clearTimeout(this.ageTimer);
    const manifest = await segment.finish();
    if (manifest === undefined) return this.options.folder.remove(segment.header.sequence);
    await this.options.folder.writeManifest(manifest);
    this.options.onClosed();
  }
}

import type { LoggedEndpoint } from './log-messages.ts';
import type { LoggedRows } from './logged-rows.ts';
import { OpenSegment } from './open-segment.ts';
import type { SegmentFolder } from './segment-folder.ts';

interface EndpointWriterOptions {
  readonly folder: SegmentFolder;
  readonly segmentRows: number;
  readonly segmentMilliseconds: number;
  readonly onCommitted: (rows: number, bytes: number) => void;
  readonly onClosed: () => void;
  readonly onFault: (error: unknown) => void;
  /** A segment was closed with rows that are in no summary: their event times lie in too many windows. */
  readonly onUnsummarised: (sequence: number, rows: number) => void;
}

const RETRY_MILLISECONDS = 1000;

/** A segment is read into memory as a whole when it is handed over, and when it is taken in. */
const SEGMENT_BYTES = 32 * 1024 * 1024;

/** What one commit takes at most, unless one chunk alone is larger. */
const COMMIT_BYTES = 4 * 1024 * 1024;

/**
 * Writes the predictions of one endpoint, in the log thread. One commit is in flight at a time; chunks that arrive meanwhile
 * leave together with the next one. A commit that fails is tried again, and the chunks stay in memory until then.
 */
export class EndpointWriter {
  private readonly options: EndpointWriterOptions;
  private pending: LoggedRows[] = [];
  private segment: OpenSegment | undefined;
  /** The number of a segment that has no file yet. */
  private sequence: number | undefined;
  private ageTimer: NodeJS.Timeout | undefined;
  private closeAsked = false;
  private isOld = false;
  private stopping = false;
  private pumping: Promise<void> | undefined;
  private wakeFromRetry: () => void = () => undefined;

  constructor(options: EndpointWriterOptions) {
    this.options = options;
  }

  append(rows: LoggedRows): void {
    this.pending.push(rows);
    this.wake();
  }

  /** Commits what waits and closes the segment; the writer can go on afterwards. */
  async closeSegment(): Promise<void> {
    this.closeAsked = true;
    this.wake();
    while (this.pumping !== undefined) await this.pumping;
  }

  /** Like `closeSegment`, but gives up on a disk that fails: the rows that were committed are replayed at the next start. Returns the rows that were not. */
  async stop(): Promise<number> {
    this.stopping = true;
    this.wakeFromRetry();
    await this.closeSegment();
    return this.pendingRows;
  }

  private get pendingRows(): number {
    return this.pending.reduce((rows, chunk) => rows + chunk.rows, 0);
  }

  /** Whether the segment closes now: it is old or full, or was asked to close when nothing waits any more. */
  private get isDue(): boolean {
    const { segment } = this;
    return this.isOld || segment?.isFinishing === true || this.isFull || (this.closeAsked && this.pending.length === 0);
  }

  private get isFull(): boolean {
    const { segment, options } = this;
    return segment !== undefined && (segment.isFull || segment.rows >= options.segmentRows || segment.bytes >= SEGMENT_BYTES);
  }

  private wake(): void {
    this.pumping ??= this.pump();
  }

  private async pump(): Promise<void> {
    while (this.pending.length > 0 || this.closeAsked || this.isOld) {
      if (await this.step()) continue;
      if (this.stopping) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, RETRY_MILLISECONDS);
        this.wakeFromRetry = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.pumping = undefined;
  }

  /** One commit; false when the disk refused it. */
  private async step(): Promise<boolean> {
    try {
      if (this.segment?.isFinishing !== true) await this.commit();
      if (this.isDue) await this.finishSegment();
      return true;
    } catch (error) {
      this.options.onFault(error);
      return false;
    }
  }

  private async commit(): Promise<void> {
    const chunks = this.nextChunks();
    const [first] = chunks;
    if (first === undefined) return;
    this.segment ??= await this.openSegment(first.endpoint);
    await this.segment.write(chunks);
    this.pending.splice(0, chunks.length);
    this.options.onCommitted(
      chunks.reduce((rows, chunk) => rows + chunk.rows, 0),
      chunks.reduce((bytes, chunk) => bytes + chunk.bytes, 0),
    );
  }

  private nextChunks(): readonly LoggedRows[] {
    let bytes = 0;
    const end = this.pending.findIndex((chunk) => (bytes += chunk.bytes) > COMMIT_BYTES);
    return end === -1 ? [...this.pending] : this.pending.slice(0, Math.max(1, end));
  }

  private async openSegment({ endpointId, name, windowSeconds }: LoggedEndpoint): Promise<OpenSegment> {
    const { folder, segmentMilliseconds } = this.options;
    this.sequence ??= await folder.nextSequence();
    const segment = await OpenSegment.create(folder, this.sequence, { endpointId, endpoint: name, windowSeconds });
    this.sequence = undefined;
    this.ageTimer = setTimeout(() => {
      this.isOld = true;
      this.wake();
    }, segmentMilliseconds).unref();
    return segment;
  }

  /** Asked again after it failed, it goes on where it was: no segment is forgotten because the disk was full when it closed. */
  private async finishSegment(): Promise<void> {
    const { folder } = this.options;
    const { segment } = this;
    if (segment !== undefined) {
      clearTimeout(this.ageTimer);
      const manifest = await segment.finish();
      if (manifest === undefined) await folder.removeEmpty(segment.sequence);
      else await folder.writeManifest(manifest);
      this.segment = undefined;
      if (segment.unsummarisedRows > 0) this.options.onUnsummarised(segment.sequence, segment.unsummarisedRows);
      if (manifest !== undefined) this.options.onClosed();
    }
    this.isOld = false;
    if (this.pending.length === 0) this.closeAsked = false;
  }
}

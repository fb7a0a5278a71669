import type { SegmentHead } from '@millrace/contracts';
import { SegmentEncoder } from '@millrace/prediction-segment';
import type { LoggedRows } from './logged-rows.ts';
import type { WritableFile } from './segment-files.ts';
import type { SegmentFolder, SegmentManifest } from './segment-folder.ts';
import { SegmentContents } from './segment-contents.ts';

/** A segment that takes rows: its file and its summaries. Written by one writer at a time. */
export class OpenSegment {
  readonly sequence: number;
  readonly #file: WritableFile;
  readonly #encoder: SegmentEncoder;
  readonly #contents: SegmentContents;
  #offset: number;
  #closed = false;
  isFinishing = false;

  private constructor(sequence: number, { head, file, encoder, offset }: { head: SegmentHead; file: WritableFile; encoder: SegmentEncoder; offset: number }) {
    this.sequence = sequence;
    this.#file = file;
    this.#encoder = encoder;
    this.#offset = offset;
    this.#contents = new SegmentContents(head);
  }

  /** The head and the name are durable before the first rows come, so what a crash leaves can be told from what was damaged. */
  static async create(folder: SegmentFolder, sequence: number, head: SegmentHead): Promise<OpenSegment> {
    const encoder = new SegmentEncoder();
    const file = await folder.createRows(sequence);
    try {
      const bytes = encoder.head(head);
      const offset = bytes.length;
      await file.write(bytes, 0);
      await file.sync();
      await folder.sync();
      return new OpenSegment(sequence, { head, file, encoder, offset });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get rows(): number {
    return this.#contents.rows;
  }

  /** Bytes of its file. */
  get bytes(): number {
    return this.#offset;
  }

  /** Whether its summaries have come to what one segment should have. */
  get isFull(): boolean {
    return this.#contents.isFull;
  }

  get unsummarisedRows(): number {
    return this.#contents.unsummarisedRows;
  }

  /**
   * Group commit: writes the chunks and syncs once. When it rejects, nothing of them counts, and what may have reached
   * the file is overwritten by the next write.
   */
  async write(chunks: readonly LoggedRows[]): Promise<void> {
    const { bytes, forget } = this.#encoder.rows(chunks);
    const { length } = bytes;
    try {
      await this.#file.write(bytes, this.#offset);
      await this.#file.sync();
    } catch (error) {
      forget();
      throw error;
    }
    this.#offset += length;
    for (const chunk of chunks) this.#contents.add(chunk, chunk.referenceProfile);
  }

  /** What the control plane is told; undefined when the segment has no rows. No row can be written from now on; asked again after it failed, it goes on. */
  async finish(): Promise<SegmentManifest | undefined> {
    this.isFinishing = true;
    if (!this.#closed) {
      await this.#file.truncate(this.#offset);
      await this.#file.sync();
      await this.#file.close();
      this.#closed = true;
    }
    return this.#contents.manifest(this.sequence);
  }
}

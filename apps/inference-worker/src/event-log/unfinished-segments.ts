import type { LogFields } from '@millrace/service-kit';
import type { ClosingAgain } from './log-messages.ts';
import { replaySegment, type FindProfiles } from './replay-segment.ts';
import type { SegmentFolder } from './segment-folder.ts';

interface UnfinishedSegmentsOptions {
  readonly folder: SegmentFolder;
  readonly findProfiles: FindProfiles;
  readonly onClosed: () => void;
  readonly log: (level: 'info' | 'error', message: string, fields: LogFields) => void;
}

const RETRY_MILLISECONDS = 10_000;

/** The segments that a crash left open. Each is closed with the rows that reached the disk, one after the other; one that the disk does not let be closed is tried again. */
export class UnfinishedSegments {
  readonly #options: UnfinishedSegmentsOptions;
  #queue: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #isStopped = false;
  /** Segments under a number of this process, which the folder takes for open ones, until they are closed. */
  readonly #renumbered = new Set<number>();

  constructor(options: UnfinishedSegmentsOptions) {
    this.#options = options;
  }

  /** Closes all that there are. Returns their rows. */
  closeAll(): Promise<number> {
    return this.#inTurn(async () => {
      let rows = 0;
      for (const sequence of [...(await this.#options.folder.unfinished()), ...this.#renumbered])
        rows += await this.#tryToClose({ sequence, atLeast: undefined });
      return rows;
    });
  }

  /** Closes one. Returns its rows. */
  close(asked: ClosingAgain): Promise<number> {
    return this.#inTurn(() => this.#tryToClose(asked));
  }

  /** Tries none of them again. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
  }

  #inTurn(work: () => Promise<number>): Promise<number> {
    const done = this.#queue.then(work).catch((error: unknown) => {
      this.#options.log('error', 'unfinished segments cannot be read', { error: String(error) });
      this.#tryAgainLater();
      return 0;
    });
    this.#queue = done;
    return done;
  }

  async #tryToClose(asked: ClosingAgain): Promise<number> {
    const { folder, log, onClosed } = this.#options;
    const { sequence } = asked;
    try {
      if (!(await folder.isUnfinished(sequence))) return 0;
      const rows = await this.#close(asked);
      log('info', 'unfinished segment replayed', { sequence, rows });
      if (rows > 0) onClosed();
      return rows;
    } catch (error) {
      log('error', 'unfinished segment cannot be replayed now', { sequence, error: String(error) });
      this.#tryAgainLater();
      return 0;
    }
  }

  async #close({ sequence, atLeast }: ClosingAgain): Promise<number> {
    const { folder, findProfiles } = this.#options;
    const number = atLeast === undefined ? sequence : await folder.renumber(sequence, atLeast);
    if (number !== sequence) this.#renumbered.add(number);
    const manifest = await replaySegment(folder, number, findProfiles);
    if (manifest === 'EMPTY') await folder.removeEmpty(number);
    else if (manifest === 'DAMAGED')
      await folder.putAside(number, { code: 'ARTIFACT_CORRUPT', message: 'the head of the segment cannot be read', endpointId: undefined, rows: undefined });
    else await folder.writeManifest(manifest);
    this.#renumbered.delete(number);
    return typeof manifest === 'string' ? 0 : manifest.rows;
  }

  #tryAgainLater(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.closeAll(), RETRY_MILLISECONDS).unref();
  }
}

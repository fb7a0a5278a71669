import type { PredictionLogStatus } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { PredictionLog } from './prediction-log.ts';
import type { SegmentFolder } from './segment-folder.ts';
import type { SegmentUploader } from './segment-uploader.ts';

interface LogWatchOptions {
  readonly log: PredictionLog;
  readonly folder: SegmentFolder;
  readonly uploader: SegmentUploader;
  readonly logger: Logger;
}

/** Below this the node says that its disk gets full, while there is room for some millions of rows. */
const LITTLE_ROOM_BYTES = 256 * 1024 * 1024;

/** Knows how the prediction log does, before it is too late. */
export class LogWatch {
  readonly #options: LogWatchOptions;
  #freeBytes: number | null = null;
  #hasSaidSo = false;

  constructor(options: LogWatchOptions) {
    this.#options = options;
  }

  /** Looks how much room there is. */
  async look(): Promise<void> {
    const { folder, logger } = this.#options;
    this.#freeBytes = await folder.freeBytes().catch(() => null);
    const isLow = this.#hasLittleRoom;
    if (isLow && !this.#hasSaidSo) logger.warn('the disk of the prediction log gets full', { path: folder.path, freeBytes: this.#freeBytes });
    this.#hasSaidSo = isLow;
  }

  status(): PredictionLogStatus {
    const { log, folder, uploader } = this.#options;
    return {
      droppedRows: log.droppedRows,
      lostRows: log.lostBefore,
      waitingRows: log.waiting,
      unsentSegments: uploader.unsentSegments,
      setAsideSegments: folder.setAside.segments,
      freeBytes: this.#freeBytes,
      fault: log.fault ?? (this.#hasLittleRoom ? `the disk of ${folder.path} has ${this.#freeBytes} bytes left` : null),
    };
  }

  get #hasLittleRoom(): boolean {
    return this.#freeBytes !== null && this.#freeBytes < LITTLE_ROOM_BYTES;
  }
}

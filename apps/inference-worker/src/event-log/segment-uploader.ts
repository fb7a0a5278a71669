import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { ControlPlaneClient } from '../node-agent/control-plane-client.ts';
import type { SegmentFolder, SegmentManifest } from './segment-folder.ts';
import type { SetAsideReason } from './set-aside-folder.ts';
import { SegmentTrials } from './segment-trials.ts';

interface SegmentUploaderOptions {
  readonly folder: SegmentFolder;
  readonly client: Pick<ControlPlaneClient, 'uploadArtifact' | 'recordPredictionSegment'>;
  readonly logger: Logger;
  /** Closes a segment again from its rows, under a number from `atLeast` on where one is given. */
  readonly closeAgain: (sequence: number, atLeast: number | undefined) => Promise<void>;
  /** Milliseconds of a clock that does not jump. */
  readonly now?: (() => number) | undefined;
}

/** `TAKEN`: it is gone from here. `AWAY`: nobody took it, and perhaps nobody takes the next one. */
type Outcome = 'TAKEN' | 'KEPT' | 'AWAY';

/** So many segments in a row that nobody takes say that the control plane is away. */
const PROOF_OF_ABSENCE = 2;

/**
 * Hands closed segments to the control plane, oldest first, and removes each one when it is recorded. Exactly once: the
 * control plane knows a segment by node and sequence, so one that was recorded but not yet removed is recorded again
 * without effect. No segment holds up another: one that is refused, or fails where others are taken, is tried again with growing
 * pauses and then set aside; one whose rows are gone is set aside at once.
 */
export class SegmentUploader {
  readonly #options: SegmentUploaderOptions;
  readonly #trials: SegmentTrials;
  #running: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;
  #unsent = 0;

  constructor(options: SegmentUploaderOptions) {
    this.#options = options;
    this.#trials = new SegmentTrials(options.now ?? (() => performance.now()));
  }

  /** Closed segments that wait, when it was last looked. */
  get unsentSegments(): number {
    return this.#unsent;
  }

  /** Uploads what is closed by now. False when something is left. Calls during a round share the one that follows it. */
  uploadClosed(nodeId: string): Promise<boolean> {
    if (this.#running === undefined) return this.#begin(nodeId);
    this.#next ??= this.#running.then(
      () => this.#begin(nodeId),
      () => this.#begin(nodeId),
    );
    return this.#next;
  }

  #begin(nodeId: string): Promise<boolean> {
    this.#next = undefined;
    const round = this.#uploadAll(nodeId).finally(() => {
      this.#running = undefined;
    });
    this.#running = round;
    return round;
  }

  async #uploadAll(nodeId: string): Promise<boolean> {
    const sequences = await this.#options.folder.closed();
    this.#trials.keep(sequences);
    this.#unsent = sequences.length;
    const failed: number[] = [];
    let taken = 0;
    let inARow = 0;
    for (const sequence of sequences) {
      if (!this.#trials.isDue(sequence)) continue;
      const outcome = await this.#handOver(nodeId, sequence);
      if (outcome === 'TAKEN') {
        taken++;
        this.#unsent--;
      } else if (outcome === 'AWAY') failed.push(sequence);
      inARow = outcome === 'AWAY' ? inARow + 1 : 0;
      if (inARow === PROOF_OF_ABSENCE) break;
    }
    // Who took others is not away: what failed beside them failed for a reason of its own.
    if (taken > 0) for (const sequence of failed) await this.#blame(sequence, 'UNAVAILABLE', 'the control plane took others and failed on this one');
    return taken === sequences.length;
  }

  async #handOver(nodeId: string, sequence: number): Promise<Outcome> {
    const { folder, logger } = this.#options;
    try {
      const manifest = await folder.readManifest(sequence);
      if (manifest === undefined) return await this.#closeAgain(sequence, undefined, 'its manifest cannot be read');
      const rows = await this.#rowsOf(manifest);
      if (rows === undefined) return 'TAKEN';
      return await this.#send(nodeId, manifest, rows);
    } catch (thrown) {
      // The disk of this machine, not the control plane: the segment waits for the next round.
      logger.warn('segment kept: its files cannot be read or removed', { sequence, error: String(thrown) });
      await this.#blame(sequence, 'UNAVAILABLE', String(thrown));
      return 'KEPT';
    }
  }

  /** Undefined when they are gone, and the rest of the segment is set aside. */
  async #rowsOf({ sequence, endpointId, rows }: SegmentManifest): Promise<Buffer<ArrayBuffer> | undefined> {
    try {
      return await this.#options.folder.readRows(sequence);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await this.#putAside(sequence, { code: 'ARTIFACT_MISSING', message: 'the rows of the segment are gone from the disk', endpointId, rows });
      return undefined;
    }
  }

  async #send(nodeId: string, manifest: SegmentManifest, rows: Buffer<ArrayBuffer>): Promise<Outcome> {
    const { client, logger } = this.#options;
    const { sequence, endpointId } = manifest;
    try {
      const { digest } = await client.uploadArtifact(rows);
      await client.recordPredictionSegment({ ...manifest, nodeId, artifactDigest: digest });
    } catch (thrown) {
      const error = MillraceError.wrap(thrown);
      logger.warn('segment kept: the control plane did not take it', { sequence, code: error.code, error: error.message });
      // A token that is refused is refused for all of them, until somebody mends it.
      if (error.retryable || error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN') return 'AWAY';
      const taken = lastSequenceOf(error);
      if (taken !== undefined) return this.#closeAgain(sequence, taken + 1, 'its number was taken by another one');
      if (this.#trials.refused(sequence)) await this.#putAside(sequence, { code: error.code, message: error.message, endpointId, rows: manifest.rows });
      return 'KEPT';
    }
    return this.#removeRecorded(sequence);
  }

  /** What cannot be removed now is recorded again without effect. */
  async #removeRecorded(sequence: number): Promise<Outcome> {
    try {
      await this.#options.folder.removeRecorded(sequence);
      return 'TAKEN';
    } catch (error) {
      this.#options.logger.warn('segment is recorded and cannot be removed', { sequence, error: String(error) });
      this.#trials.pause(sequence);
      return 'KEPT';
    }
  }

  async #closeAgain(sequence: number, atLeast: number | undefined, reason: string): Promise<Outcome> {
    const { folder, logger, closeAgain } = this.#options;
    if (this.#trials.closedAgain(sequence)) {
      await this.#putAside(sequence, { code: 'CONFLICT', message: `${reason}, again and again`, endpointId: undefined, rows: undefined });
      return 'TAKEN';
    }
    logger.warn('segment is closed again from its rows', { sequence, reason });
    await folder.reopen(sequence);
    await closeAgain(sequence, atLeast);
    return 'KEPT';
  }

  async #blame(sequence: number, code: string, message: string): Promise<void> {
    if (this.#trials.failed(sequence)) await this.#putAside(sequence, { code, message, endpointId: undefined, rows: undefined });
  }

  /** A disk that does not let it aside lets it stand in nobody's way: it waits. */
  async #putAside(sequence: number, reason: SetAsideReason): Promise<void> {
    const { folder, logger } = this.#options;
    try {
      await folder.putAside(sequence, reason);
      logger.error('segment set aside: it cannot be handed over', { sequence, ...reason });
    } catch (error) {
      logger.error('segment cannot be set aside', { sequence, ...reason, error: String(error) });
      this.#trials.pause(sequence);
    }
  }
}

/** The highest number that the control plane has of this node, where it knows this one with other content. */
function lastSequenceOf({ code, fields }: MillraceError): number | undefined {
  const last = fields['lastSequence'];
  return code === 'CONFLICT' && typeof last === 'number' && Number.isSafeInteger(last) ? last : undefined;
}

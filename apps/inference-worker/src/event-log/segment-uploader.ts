import { readFile } from 'node:fs/promises';
import { MillraceError } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { ControlPlaneClient } from '../node-agent/control-plane-client.ts';
import type { SegmentFolder } from './segment-folder.ts';

interface SegmentUploaderOptions {
  readonly folder: SegmentFolder;
  readonly client: Pick<ControlPlaneClient, 'uploadArtifact' | 'recordPredictionSegment'>;
  readonly logger: Logger;
}

/**
 * Hands closed segments to the control plane, oldest first, and removes each one when it is recorded. Exactly once: the
 * control plane knows a segment by node and sequence, so one that was recorded but not yet removed is recorded again
 * without effect. A segment that cannot be handed over stays; one that is refused is sent again only after a restart.
 */
export class SegmentUploader {
  private readonly options: SegmentUploaderOptions;
  private readonly refused = new Set<number>();
  private running: Promise<boolean> | undefined;

  constructor(options: SegmentUploaderOptions) {
    this.options = options;
  }

  /** Uploads what is closed. False when something is left because the control plane did not take it. */
  async uploadClosed(nodeId: string): Promise<boolean> {
    while (this.running !== undefined) await this.running;
    this.running = this.uploadAll(nodeId).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async uploadAll(nodeId: string): Promise<boolean> {
    let complete = true;
    for (const sequence of await this.options.folder.closed()) {
      if (this.refused.has(sequence)) {
        complete = false;
        continue;
      }
      try {
        await this.upload(nodeId, sequence);
      } catch (thrown) {
        const error = MillraceError.wrap(thrown);
        this.options.logger.warn('segment kept: the control plane did not take it', { sequence, code: error.code, error: error.message });
        complete = false;
        // What fails for one will fail for the next when the control plane is away; a refused segment must not hold up the others.
        if (error.retryable) break;
        this.refused.add(sequence);
      }
    }
    return complete;
  }

  private async upload(nodeId: string, sequence: number): Promise<void> {
    const { client, folder } = this.options;
    const manifest = await folder.readManifest(sequence);
    const { digest } = await client.uploadArtifact(await readFile(folder.dataPath(sequence)));
    await client.recordPredictionSegment({ ...manifest, nodeId, artifactDigest: digest });
    await folder.remove(sequence);
  }
}

import { newId } from '@millrace/contracts';
import { Endpoint, enqueueJob, insertRow, LabelBatch } from '@millrace/db';
import type { ArtifactStore } from '@millrace/storage';
import type { Work } from '../../context/work.ts';
import { findRow } from '../../loading/scoped-rows.ts';
import type { LabelInput, RecordLabelsInput } from './monitor.inputs.ts';

/** True outcomes, as they arrive. */
export class LabelService {
  readonly #artifacts: ArtifactStore;

  constructor(collaborators: { readonly artifacts: ArtifactStore }) {
    this.#artifacts = collaborators.artifacts;
  }

  /** The labels go to the artifact store as NDJSON, and a job commits them to the table of the endpoint. A rejected transaction leaves the artifact, which nobody refers to. */
  async record(work: Work, input: RecordLabelsInput): Promise<LabelBatch> {
    const { manager, workspaceId } = work;
    const endpoint = await findRow(work, Endpoint, 'endpoint', { name: input.endpoint });
    const { digest } = await this.#artifacts.put(Buffer.from(input.labels.map(toLine).join('')));
    const id = newId('labelBatch');
    const job = await enqueueJob(manager, { workspaceId, name: 'ingest-labels', payload: { labelBatchId: id } });
    return insertRow(manager, LabelBatch, { id, workspaceId, endpointId: endpoint.id, artifactDigest: digest, rows: input.labels.length, jobId: job.id });
  }
}

function toLine({ eventId, value, eventTime }: LabelInput): string {
  return `${JSON.stringify({ event_id: eventId, value, event_time: eventTime?.toISOString() })}\n`;
}

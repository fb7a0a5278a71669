import { MillraceError, newId } from '@millrace/contracts';
import { bumpGeneration, Endpoint, enqueueJob, EnvironmentAssessment, insertRow, ModelVersion, Node, PredictionSegment } from '@millrace/db';
import type { ArtifactStore } from '@millrace/storage';
import { In } from 'typeorm';
import { mayRead } from '../../authorisation/artifact-access.ts';
import type { Work } from '../../context/work.ts';
import { findRow, lockRow } from '../../loading/scoped-rows.ts';
import { valuesOf } from '../../validation/checked.ts';
import { ownNode } from './own-node.ts';
import type { RecordMeasurementInput, RecordPredictionSegmentInput } from './report.inputs.ts';

/** What nodes report besides that they live: segments of the prediction log, and measurements. */
export class NodeReportService {
  readonly #artifacts: ArtifactStore;

  constructor(collaborators: { readonly artifacts: ArtifactStore }) {
    this.#artifacts = collaborators.artifacts;
  }

  /** A segment has its number from its node, so one that is sent again is the one that is known. */
  async recordSegment(work: Work, input: RecordPredictionSegmentInput): Promise<PredictionSegment> {
    const { manager, workspaceId } = work;
    await ownNode(work, input.nodeId);
    await findRow(work, Endpoint, 'endpoint', { id: input.endpointId });
    // A segment may be sent again while it is still taken; the second waits, and finds the first.
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`prediction segments of ${input.nodeId}`]);
    const known = await manager.findOneBy(PredictionSegment, { workspaceId, nodeId: input.nodeId, sequence: input.sequence });
    if (known !== null) return this.#sameSegment(work, known, input);
    await this.#requireParts(work, input);
    const id = newId('predictionSegment');
    const job = await enqueueJob(manager, { workspaceId, name: 'ingest-segment', payload: { predictionSegmentId: id } });
    return insertRow(manager, PredictionSegment, { id, workspaceId, ...valuesOf(input), jobId: job.id });
  }

  /** The first report of a measurement counts. The generation grows, so that nodes drop it from what they have to do. */
  async recordMeasurement(work: Work, { environmentAssessmentId: id, result, error }: RecordMeasurementInput): Promise<boolean> {
    const { manager } = work;
    const assessment = await lockRow(work, EnvironmentAssessment, 'environment assessment', { id });
    await this.#requireAsked(work, assessment);
    if (assessment.status !== 'QUEUED' && assessment.status !== 'RUNNING') {
      work.repeats?.();
      return true;
    }
    await manager.save(
      manager.merge(EnvironmentAssessment, assessment, { status: error === undefined ? 'SUCCEEDED' : 'FAILED', result: result ?? null, error: error ?? null }),
    );
    await bumpGeneration(manager, assessment.environmentId);
    return true;
  }

  /** A token measures what the node that it is bound to was asked for. */
  async #requireAsked(work: Work, { id, environmentId, nodeId, nodeClass }: EnvironmentAssessment): Promise<void> {
    if (work.caller.nodeId === null) throw new MillraceError('FORBIDDEN', 'The token is bound to no node yet: register first.');
    const node = await findRow(work, Node, 'node', { id: work.caller.nodeId });
    if (node.environmentId === environmentId && (nodeId === null ? nodeClass === node.nodeClass : nodeId === node.id)) return;
    throw new MillraceError('FORBIDDEN', `The measurement ${id} was not asked of the node ${node.id}, which the token belongs to.`, {
      fields: { nodeId: node.id },
    });
  }

  /** Content is stored once for everybody: naming what another workspace stored must not make it one's own. */
  async #requireParts({ manager, workspaceId }: Work, { artifactDigest, summaries }: RecordPredictionSegmentInput): Promise<void> {
    if (!(await mayRead(manager, workspaceId, artifactDigest)) || !(await this.#artifacts.has(artifactDigest))) {
      throw new MillraceError('ARTIFACT_MISSING', `input.artifactDigest: there is no artifact ${artifactDigest}. Put the segment to /artifacts first.`, {
        fields: { path: 'input.artifactDigest', digest: artifactDigest },
      });
    }
    const ids = [...new Set(summaries.map((summary) => summary.modelVersionId))];
    const known = new Set((await manager.find(ModelVersion, { select: { id: true }, where: { workspaceId, id: In(ids) } })).map((version) => version.id));
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined)
      throw new MillraceError('NOT_FOUND', `input.summaries: there is no model version ${unknown} in this workspace.`, {
        fields: { path: 'input.summaries', id: unknown },
      });
  }

  /** A node that counts from the beginning again learns which numbers are taken. */
  async #sameSegment(
    { manager, repeats }: Work,
    known: PredictionSegment,
    { artifactDigest, sequence }: RecordPredictionSegmentInput,
  ): Promise<PredictionSegment> {
    if (known.artifactDigest === artifactDigest) {
      repeats?.();
      return known;
    }
    const lastSequence = await manager.maximum(PredictionSegment, 'sequence', { nodeId: known.nodeId });
    throw new MillraceError(
      'CONFLICT',
      `Segment ${sequence} of this node is known with other content (${known.artifactDigest}). Give each segment its own number, from ${(lastSequence ?? 0) + 1} on.`,
      { fields: { path: 'input.sequence', digest: known.artifactDigest, lastSequence } },
    );
  }
}

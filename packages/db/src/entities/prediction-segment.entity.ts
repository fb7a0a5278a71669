import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { bigintAsNumber } from '../bigint-as-number.ts';
import type { VersionWindowSummary } from '../definitions/version-window-summary.ts';
import { Endpoint } from './endpoint.entity.ts';
import { Job } from './job.entity.ts';
import { Node } from './node.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** One segment of the prediction log of a node: where its rows are, and the window summaries that the node kept beside them. */
@Entity('prediction_segment')
@Unique(['nodeId', 'sequence'])
@Index(['endpointId', 'status'])
@Index(['updatedAt'])
@Index(['artifactDigest'])
@Index(['createdAt'], { where: 'artifact_removed_at IS NULL' })
@ForeignKey(() => Node, ['workspaceId', 'nodeId'], ['workspaceId', 'id'])
@ForeignKey(() => Endpoint, ['workspaceId', 'endpointId'], ['workspaceId', 'id'])
@ForeignKey(() => Job, ['workspaceId', 'jobId'], ['workspaceId', 'id'])
@Index(['jobId'])
export class PredictionSegment extends MutableRow {
  static readonly kind = 'predictionSegment';

  @Column('text') nodeId!: string;
  @Column('int') sequence!: number;
  @Column('text') endpointId!: string;
  @Column('text') artifactDigest!: string;
  @Column('bigint', { transformer: bigintAsNumber }) rows!: number;
  @Column('timestamptz') minEventTime!: Date;
  @Column('timestamptz') maxEventTime!: Date;
  @Column('jsonb') summaries!: VersionWindowSummary[];
  @Column('text', { default: 'RECEIVED' }) status!: 'RECEIVED' | 'INGESTED';
  @Column('text') jobId!: string;
  /** The artifact goes some time after its rows are in the lake. */
  @Column('timestamptz', { nullable: true }) artifactRemovedAt!: Date | null;
}

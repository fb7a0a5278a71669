import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { bigintAsNumber } from '../bigint-as-number.ts';
import { Endpoint } from './endpoint.entity.ts';
import { Job } from './job.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** True outcomes that arrived together. `unmatched` counts those that no prediction was known for when they were joined last. */
@Entity('label_batch')
@ForeignKey(() => Endpoint, ['workspaceId', 'endpointId'], ['workspaceId', 'id'])
@Index(['endpointId'])
@Index(['updatedAt'])
@Index(['artifactDigest'])
@Index(['createdAt'], { where: 'artifact_removed_at IS NULL' })
@Index(['endpointId'], { where: 'unmatched IS NULL' })
@ForeignKey(() => Job, ['workspaceId', 'jobId'], ['workspaceId', 'id'])
@Index(['jobId'])
export class LabelBatch extends MutableRow {
  static readonly kind = 'labelBatch';

  @Column('text') endpointId!: string;
  @Column('text') artifactDigest!: string;
  @Column('bigint', { transformer: bigintAsNumber }) rows!: number;
  @Column('text', { default: 'RECEIVED' }) status!: 'RECEIVED' | 'INGESTED';
  @Column('bigint', { transformer: bigintAsNumber, nullable: true }) unmatched!: number | null;
  /** Of `rows`: those that were set aside because they are no labels. */
  @Column('bigint', { transformer: bigintAsNumber, default: 0 }) rejected!: number;
  @Column('text') jobId!: string;
  /** The artifact goes some time after its rows are in the lake. */
  @Column('timestamptz', { nullable: true }) artifactRemovedAt!: Date | null;
}

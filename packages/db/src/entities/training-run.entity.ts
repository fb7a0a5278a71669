import type { ReferenceProfile, Signature, TrainingSpec } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { bigintAsNumber } from '../bigint-as-number.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Experiment } from './experiment.entity.ts';
import { Job } from './job.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** One attempt at a model: what was asked for, and what came out once its job succeeded. */
@Entity('training_run')
@ForeignKey(() => Experiment, ['workspaceId', 'experimentId'], ['workspaceId', 'id'])
@Index(['experimentId'])
@ForeignKey(() => DatasetVersion, ['workspaceId', 'datasetVersionId'], ['workspaceId', 'id'])
@Index(['datasetVersionId'])
@ForeignKey(() => Job, ['workspaceId', 'jobId'], ['workspaceId', 'id'])
@Index(['jobId'])
@Index(['artifactDigest'])
export class TrainingRun extends MutableRow {
  static readonly kind = 'trainingRun';

  @Column('text') experimentId!: string;
  @Column('text') datasetVersionId!: string;
  @Column('jsonb') spec!: TrainingSpec;
  @Column('text', { nullable: true }) codeReference!: string | null;
  @Column('jsonb', { nullable: true }) environment!: Readonly<Record<string, unknown>> | null;
  @Column('text') jobId!: string;
  @Column('text', { nullable: true }) artifactDigest!: string | null;
  @Column('bigint', { transformer: bigintAsNumber, nullable: true }) artifactBytes!: number | null;
  @Column('jsonb', { nullable: true }) signature!: Signature | null;
  @Column('text', { nullable: true }) scoreOutput!: string | null;
  @Column('jsonb', { nullable: true }) referenceProfile!: ReferenceProfile | null;
  @Column('jsonb', { nullable: true }) metrics!: Readonly<Record<string, number>> | null;
  @Column('jsonb', { nullable: true }) baselineMetrics!: Readonly<Record<string, number>> | null;
  @Column('double precision', { nullable: true }) threshold!: number | null;
  @Column('text', { nullable: true }) modelCard!: string | null;
  @Column('jsonb', { nullable: true }) description!: unknown;
}

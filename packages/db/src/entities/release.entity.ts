import type { ReleaseDecision, ReleaseStatus } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index } from 'typeorm';
import type { TrafficShare } from '@millrace/domain';
import { Endpoint } from './endpoint.entity.ts';
import { Environment } from './environment.entity.ts';
import { Job } from './job.entity.ts';
import { ModelVersion } from './model-version.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** What a person decided about a release in its canary, why, and when. Who it was stands in the audit event. */
export interface DecidedRelease {
  readonly decision: ReleaseDecision;
  readonly reason: string;
  readonly decidedAt: string;
}

/** A model version on its way to an endpoint: checks, canary, promoted; or rejected, or rolled back. */
@Entity('release')
@ForeignKey(() => Endpoint, ['workspaceId', 'endpointId'], ['workspaceId', 'id'])
@Index(['endpointId'])
@ForeignKey(() => Environment, ['workspaceId', 'environmentId'], ['workspaceId', 'id'])
@Index(['environmentId'])
@ForeignKey(() => ModelVersion, ['workspaceId', 'modelVersionId'], ['workspaceId', 'id'])
@Index(['modelVersionId'])
@ForeignKey(() => Job, ['workspaceId', 'jobId'], ['workspaceId', 'id'])
@Index(['jobId'])
export class Release extends MutableRow {
  static readonly kind = 'release';

  @Column('text') endpointId!: string;
  @Column('text') environmentId!: string;
  @Column('text') modelVersionId!: string;
  @Column('jsonb') previousTraffic!: TrafficShare[];
  @Column('text', { default: 'PENDING' }) status!: ReleaseStatus;
  @Column('text') jobId!: string;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('jsonb', { nullable: true }) decision!: DecidedRelease | null;
}

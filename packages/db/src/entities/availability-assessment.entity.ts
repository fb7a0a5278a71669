import type { AssessmentResult, AvailabilityVerdict } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { DataRequirement } from './data-requirement.entity.ts';
import { DataSourceEntity } from './data-source.entity.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Job } from './job.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** A data requirement measured against one data source or one dataset version. */
@Entity('availability_assessment')
@ForeignKey(() => DataRequirement, ['workspaceId', 'dataRequirementId'], ['workspaceId', 'id'])
@Index(['dataRequirementId'])
@ForeignKey(() => DataSourceEntity, ['workspaceId', 'dataSourceId'], ['workspaceId', 'id'])
@Index(['dataSourceId'])
@ForeignKey(() => DatasetVersion, ['workspaceId', 'datasetVersionId'], ['workspaceId', 'id'])
@Index(['datasetVersionId'])
@ForeignKey(() => Job, ['workspaceId', 'jobId'], ['workspaceId', 'id'])
@Index(['jobId'])
export class AvailabilityAssessment extends WorkspaceRow {
  static readonly kind = 'availabilityAssessment';

  @Column('text') dataRequirementId!: string;
  @Column('text', { nullable: true }) dataSourceId!: string | null;
  @Column('text', { nullable: true }) datasetVersionId!: string | null;
  @Column('text') jobId!: string;
  @Column('text', { nullable: true }) verdict!: AvailabilityVerdict | null;
  @Column('jsonb', { nullable: true }) result!: AssessmentResult | null;
}

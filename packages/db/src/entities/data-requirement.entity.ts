import type { DataRequirementDefinition } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { UseCase } from './use-case.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** What a use case needs from data. */
@Entity('data_requirement')
@ForeignKey(() => UseCase, ['workspaceId', 'useCaseId'], ['workspaceId', 'id'])
@Index(['useCaseId'])
export class DataRequirement extends WorkspaceRow {
  static readonly kind = 'dataRequirement';

  @Column('text') useCaseId!: string;
  @Column('text') name!: string;
  @Column('jsonb') definition!: DataRequirementDefinition;
}

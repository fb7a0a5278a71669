import type { PipelineDefinition } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { UseCase } from './use-case.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** One version of a definition: extract, transform, expect, load. A changed definition is a new row with the next version. */
@Entity('pipeline')
@Unique(['workspaceId', 'name', 'version'])
@ForeignKey(() => UseCase, ['workspaceId', 'useCaseId'], ['workspaceId', 'id'])
@Index(['useCaseId'])
export class Pipeline extends WorkspaceRow {
  static readonly kind = 'pipeline';

  @Column('text') name!: string;
  @Column('int', { default: 1 }) version!: number;
  @Column('text', { nullable: true }) useCaseId!: string | null;
  @Column('jsonb') definition!: PipelineDefinition;
}

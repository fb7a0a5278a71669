import type { ServingOptions } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { UseCase } from './use-case.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** A named model of a use case. */
@Entity('model')
@Unique(['workspaceId', 'name'])
@ForeignKey(() => UseCase, ['workspaceId', 'useCaseId'], ['workspaceId', 'id'])
@Index(['useCaseId'])
export class Model extends WorkspaceRow {
  static readonly kind = 'model';

  @Column('text') name!: string;
  @Column('text') useCaseId!: string;
  /** How its versions are served; what is left out has its default. */
  @Column('jsonb', { default: () => "'{}'" }) serving!: Partial<ServingOptions>;
}

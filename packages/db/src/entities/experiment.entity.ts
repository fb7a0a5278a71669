import { Column, Entity, ForeignKey, Unique } from 'typeorm';
import { UseCase } from './use-case.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** A named line of work for a use case. Holds training runs. */
@Entity('experiment')
@Unique(['useCaseId', 'name'])
@ForeignKey(() => UseCase, ['workspaceId', 'useCaseId'], ['workspaceId', 'id'])
export class Experiment extends WorkspaceRow {
  static readonly kind = 'experiment';

  @Column('text') useCaseId!: string;
  @Column('text') name!: string;
}

import type { StepStatus } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Unique } from 'typeorm';
import { Release } from './release.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** One recorded step of a release, with its evidence. */
@Entity('release_step')
@Unique(['releaseId', 'sequence'])
@ForeignKey(() => Release, ['workspaceId', 'releaseId'], ['workspaceId', 'id'])
export class ReleaseStep extends WorkspaceRow {
  static readonly kind = 'releaseStep';

  @Column('text') releaseId!: string;
  @Column('int') sequence!: number;
  @Column('text') kind!: string;
  @Column('text', { default: 'RUNNING' }) status!: StepStatus;
  @Column('jsonb', { default: () => "'{}'" }) evidence!: Readonly<Record<string, unknown>>;
  /** What the worker that carries the step goes on with. */
  @Column('jsonb', { nullable: true }) state!: Readonly<Record<string, unknown>> | null;
  @Column('timestamptz', { default: () => 'now()' }) startedAt!: Date;
  @Column('timestamptz', { nullable: true }) finishedAt!: Date | null;
}

import { Column, CreateDateColumn, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { Workspace } from './workspace.entity.ts';

/** What every row of a workspace has. The unique pair is what the workspace-scoped foreign keys of its children point at, and what pages are read by. */
@Unique(['workspaceId', 'id'])
export abstract class WorkspaceRow {
  @PrimaryColumn('text') id!: string;
  @ForeignKey(() => Workspace)
  @Column('text')
  workspaceId!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
}

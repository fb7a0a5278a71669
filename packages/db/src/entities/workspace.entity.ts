import { Column, CreateDateColumn, Entity, PrimaryColumn, Unique } from 'typeorm';

/** What holds everything else. No row of one workspace refers to a row of another: the foreign keys carry the workspace. */
@Entity('workspace')
@Unique(['name'])
export class Workspace {
  static readonly kind = 'workspace';

  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
}

import type { Role } from '@millrace/contracts';
import { Column, Entity, Unique } from 'typeorm';
import { WorkspaceRow } from './workspace-row.ts';

/** A person in a workspace. What each role may do is decided where calls are authorised. */
@Entity('member')
@Unique(['workspaceId', 'email'])
export class Member extends WorkspaceRow {
  static readonly kind = 'member';

  @Column('text') email!: string;
  @Column('text') name!: string;
  @Column('text', { array: true, default: '{}' }) roles!: Role[];
}

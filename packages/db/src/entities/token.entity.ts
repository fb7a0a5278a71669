import type { TokenKind } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Member } from './member.entity.ts';
import { Node } from './node.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** A secret that calls the API, kept only as the SHA-256 of it. Belongs to a member, a service or a node. */
@Entity('token')
@Unique(['hash'])
@ForeignKey(() => Member, ['workspaceId', 'memberId'], ['workspaceId', 'id'])
@Index(['memberId'])
@ForeignKey(() => Node, ['workspaceId', 'nodeId'], ['workspaceId', 'id'])
@Index(['nodeId'])
export class Token extends WorkspaceRow {
  static readonly kind = 'token';

  @Column('text') kind!: TokenKind;
  @Column('text') name!: string;
  @Column('bytea') hash!: Buffer;
  @Column('text', { array: true, default: '{}' }) scopes!: string[];
  /** The endpoints that it may predict on; null: all of the workspace. */
  @Column('text', { array: true, nullable: true }) endpointIds!: string[] | null;
  @Column('text', { nullable: true }) memberId!: string | null;
  @Column('text', { nullable: true }) nodeId!: string | null;
  @Column('timestamptz', { nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { nullable: true }) lastUsedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) revokedAt!: Date | null;
}

import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { Token } from './token.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** Who changed what: one row per mutation, written in the transaction of the change. */
@Entity('audit_event')
@ForeignKey(() => Token, ['workspaceId', 'actorTokenId'], ['workspaceId', 'id'])
@Index(['actorTokenId'])
@Index(['subjectId'])
@Index(['occurredAt'])
export class AuditEvent extends WorkspaceRow {
  static readonly kind = 'auditEvent';

  @Column('text') actorTokenId!: string;
  @Column('text') action!: string;
  @Column('text', { nullable: true }) subjectId!: string | null;
  @Column('jsonb') input!: Readonly<Record<string, unknown>>;
  @Column('timestamptz', { default: () => 'now()' }) occurredAt!: Date;
}

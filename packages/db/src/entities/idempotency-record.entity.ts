import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Token } from './token.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** The answer that a mutation gave under an idempotency key, so that the same call made twice changes things once. */
@Entity('idempotency_record')
@Unique(['workspaceId', 'tokenId', 'key'])
@ForeignKey(() => Token, ['workspaceId', 'tokenId'], ['workspaceId', 'id'])
@Index(['tokenId'])
export class IdempotencyRecord extends WorkspaceRow {
  static readonly kind = 'idempotencyRecord';

  @Column('text') tokenId!: string;
  @Column('text') key!: string;
  @Column('text') requestHash!: string;
  @Column('jsonb', { nullable: true }) response!: unknown;
}

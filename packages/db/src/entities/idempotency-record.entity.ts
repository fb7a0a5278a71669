import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { Token } from './token.entity.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** The answer that a mutation gave under an idempotency key, so that the same call made twice changes things once. */
@Entity('idempotency_record')
@Unique(['workspaceId', 'tokenId', 'key'])
@ForeignKey(() => Token, ['workspaceId', 'tokenId'], ['workspaceId', 'id'])
@Index(['tokenId'])
@Index(['createdAt'])
export class IdempotencyRecord extends WorkspaceRow {
  static readonly kind = 'idempotencyRecord';

  @Column('text') tokenId!: string;
  @Column('text') key!: string;
  @Column('text') requestHash!: string;
  /** What the field was resolved to, as JSON: as text, so that keys keep their order and numbers and texts their letters. Null where it is not kept. */
  @Column('text', { nullable: true }) response!: string | null;
  /** What the whole request was answered, to the letter. Null until the answer was complete. */
  @Column('text', { nullable: true }) answer!: string | null;
}

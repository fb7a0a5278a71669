import type { AlertStatus } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index } from 'typeorm';
import { Monitor } from './monitor.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** One incident for one cause: opens, is updated in place, resolves. */
@Entity('alert')
@Index(['monitorId', 'cause'], { unique: true, where: "status = 'OPEN'" })
@Index(['monitorId'])
@ForeignKey(() => Monitor, ['workspaceId', 'monitorId'], ['workspaceId', 'id'])
export class Alert extends MutableRow {
  static readonly kind = 'alert';

  @Column('text') monitorId!: string;
  @Column('text') cause!: string;
  @Column('text', { default: 'OPEN' }) status!: AlertStatus;
  @Column('text') title!: string;
  @Column('jsonb') detail!: Readonly<Record<string, unknown>>;
  @Column('timestamptz', { default: () => 'now()' }) openedAt!: Date;
  @Column('timestamptz', { nullable: true }) resolvedAt!: Date | null;
}

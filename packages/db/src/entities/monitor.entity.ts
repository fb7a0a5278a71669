import type { MonitorDefinition } from '@millrace/contracts';
import type { JoinedOutcomes } from '../definitions/joined-outcomes.ts';
import { Column, Entity, ForeignKey, Unique } from 'typeorm';
import { Endpoint } from './endpoint.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** What is watched on an endpoint. `watermark` is the newest event time that was ingested; `closeUpTo` closes windows by hand at the end of a replay; `joined` is how far evaluations went. */
@Entity('monitor')
@ForeignKey(() => Endpoint, ['workspaceId', 'endpointId'], ['workspaceId', 'id'])
@Unique(['endpointId'])
export class Monitor extends MutableRow {
  static readonly kind = 'monitor';

  @Column('text') endpointId!: string;
  @Column('jsonb') definition!: MonitorDefinition;
  @Column('timestamptz', { nullable: true }) watermark!: Date | null;
  @Column('timestamptz', { nullable: true }) closeUpTo!: Date | null;
  @Column('jsonb', { nullable: true }) joined!: JoinedOutcomes | null;
}

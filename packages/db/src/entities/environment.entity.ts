import type { EnvironmentPolicy } from '@millrace/contracts';
import { Column, Entity, Unique } from 'typeorm';
import { MutableRow } from './mutable-row.ts';

/** A place to serve from. `generation` grows with every change of what its nodes must hold or do. */
@Entity('environment')
@Unique(['workspaceId', 'name'])
export class Environment extends MutableRow {
  static readonly kind = 'environment';

  @Column('text') name!: string;
  @Column('text', { default: 'local' }) target!: string;
  @Column('jsonb') policy!: EnvironmentPolicy;
  @Column('int', { default: 0 }) generation!: number;
}

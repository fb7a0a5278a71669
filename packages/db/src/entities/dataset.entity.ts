import type { Column as DatasetColumn } from '@millrace/contracts';
import { Column, Entity, Unique } from 'typeorm';
import { MutableRow } from './mutable-row.ts';

/** A Delta table of the lakehouse. `location` is its folder under the root of the lakehouse. */
@Entity('dataset')
@Unique(['workspaceId', 'name'])
export class Dataset extends MutableRow {
  static readonly kind = 'dataset';

  @Column('text') name!: string;
  @Column('text', { nullable: true }) owner!: string | null;
  @Column('text') location!: string;
  @Column('jsonb') schema!: DatasetColumn[];
  @Column('text', { array: true, default: '{}' }) partitionBy!: string[];
}

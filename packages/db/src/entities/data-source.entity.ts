import type { ReadingDefinition, SourceFormat } from '@millrace/contracts';
import { Column, Entity, Unique } from 'typeorm';
import { WorkspaceRow } from './workspace-row.ts';

/** A connection to where data comes from: one file format under one URI, read by one definition. */
@Entity('data_source')
@Unique(['workspaceId', 'name'])
export class DataSourceEntity extends WorkspaceRow {
  static readonly kind = 'dataSource';

  @Column('text') name!: string;
  @Column('text') format!: SourceFormat;
  @Column('text') uri!: string;
  @Column('jsonb', { default: {} }) reading!: ReadingDefinition;
}

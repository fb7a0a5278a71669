import { newId, type IdKind } from '@millrace/contracts';
import type { DeepPartial, EntityManager } from 'typeorm';
import type { WorkspaceRow } from './entities/workspace-row.ts';

/** A class of rows that know the prefix of their ids. */
export interface RowClass<Row extends WorkspaceRow> {
  new (): Row;
  readonly kind: IdKind;
}

/** What a new row is made of: its workspace and its columns. Columns with a default, nullable ones and the id may be left out. */
export type NewRow<Row extends WorkspaceRow> = { readonly [Column in keyof Row]?: Row[Column] | undefined } & Pick<Row, 'workspaceId'>;

/** Inserts one row under a new id and returns it whole: defaults as the database set them, `null` for what was left out. */
export async function insertRow<Row extends WorkspaceRow>(manager: EntityManager, rowClass: RowClass<Row>, values: NewRow<Row>): Promise<Row> {
  const row = manager.create(rowClass, { id: newId(rowClass.kind), ...values } as DeepPartial<Row>);
  for (const column of manager.connection.getMetadata(rowClass).columns) {
    if (column.isNullable && column.getEntityValue(row) === undefined) column.setEntityValue(row, null);
  }
  await manager.insert(rowClass, row as Parameters<typeof manager.insert<Row>>[1]);
  return row;
}

import { In, type EntityManager, type EntityMetadata, type EntityTarget, type FindOptionsOrder, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import type { SelectedFields } from '../schema/selected-fields.ts';
import { columnsToRead } from './columns.ts';
import { pageFrom, type Page, type PageRequest } from './page.ts';

export type RowWithId = ObjectLiteral & { readonly id: string };
export type Column<Row> = Extract<keyof Row, string>;

/** With what rows are read, and which of their fields the request shows. */
export interface Reader {
  readonly manager: EntityManager;
  readonly selected: SelectedFields | undefined;
}

export async function readByIds<Row extends RowWithId>(reader: Reader, rowClass: EntityTarget<Row>, ids: readonly string[]): Promise<Map<string, Row>> {
  const rows = await rowsWhere(reader, rowClass, 'id', ids);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function readChildren<Row extends RowWithId>(
  reader: Reader,
  rowClass: EntityTarget<Row>,
  key: Column<Row>,
  parentIds: readonly string[],
): Promise<Map<string, Row[]>> {
  return Map.groupBy(await rowsWhere(reader, rowClass, key, parentIds), (row) => String(row[key]));
}

/** One page per parent: a lateral join reads no more rows of a parent than its page has, whatever the number of parents. */
export async function readChildPages<Row extends RowWithId>(
  reader: Reader,
  rowClass: EntityTarget<Row>,
  key: Column<Row>,
  parentIds: readonly string[],
  request: PageRequest,
): Promise<Map<string, Page<Row>>> {
  const metadata = reader.manager.connection.getMetadata(rowClass);
  const after = request.afterId === undefined ? '' : 'AND child.id > $3';
  const found: { id: string }[] = await reader.manager.query(
    `SELECT page.id FROM unnest($1::text[]) AS parent(id) CROSS JOIN LATERAL (
       SELECT child.id FROM ${metadata.tablePath} child WHERE child.${columnOf(metadata, key)} = parent.id ${after} ORDER BY child.id LIMIT $2) page`,
    [parentIds, request.first + 1, ...(request.afterId === undefined ? [] : [request.afterId])],
  );
  const rows = await rowsWhere(reader, rowClass, 'id', idsOf(found));
  const byParent = Map.groupBy(rows, (row) => String(row[key]));
  return new Map(parentIds.map((id) => [id, pageFrom(byParent.get(id) ?? [], request)]));
}

/** The newest row per parent, by the columns given; the id decides between equals. */
export async function readLatest<Row extends RowWithId>(
  reader: Reader,
  rowClass: EntityTarget<Row>,
  key: Column<Row>,
  parentIds: readonly string[],
  newestBy: readonly Column<Row>[],
): Promise<Map<string, Row>> {
  const metadata = reader.manager.connection.getMetadata(rowClass);
  const order = [...newestBy.map((column) => columnOf(metadata, column)), 'id'].map((column) => `child.${column} DESC`).join(', ');
  const found: { id: string }[] = await reader.manager.query(
    `SELECT newest.id FROM unnest($1::text[]) AS parent(id) CROSS JOIN LATERAL (
       SELECT child.id FROM ${metadata.tablePath} child WHERE child.${columnOf(metadata, key)} = parent.id ORDER BY ${order} LIMIT 1) newest`,
    [parentIds],
  );
  const rows = await rowsWhere(reader, rowClass, 'id', idsOf(found));
  return new Map(rows.map((row) => [String(row[key]), row]));
}

/** The rows whose column has one of the values, with the columns that are shown. */
export function rowsWhere<Row extends RowWithId>(
  { manager, selected }: Reader,
  rowClass: EntityTarget<Row>,
  column: string,
  values: readonly string[],
  order: FindOptionsOrder<Row> = byId<Row>(),
): Promise<Row[]> {
  const select = columnsToRead(manager, rowClass, selected);
  return manager.find(rowClass, { where: whereIn<Row>(column, values), order, ...(select === undefined ? {} : { select }) });
}

function idsOf(found: readonly { readonly id: string }[]): string[] {
  return found.map(({ id }) => id);
}

function whereIn<Row>(column: string, values: readonly string[]): FindOptionsWhere<Row> {
  const where: object = { [column]: In(values) };
  return where;
}

function byId<Row>(): FindOptionsOrder<Row> {
  const order: object = { id: 'ASC' };
  return order;
}

function columnOf(metadata: EntityMetadata, property: string): string {
  const column = metadata.findColumnWithPropertyName(property);
  if (column === undefined) throw new Error(`${metadata.name} has no column ${property}`);
  return column.databaseName;
}

import { In, type EntityManager, type EntityMetadata, type EntityTarget, type FindOptionsOrder, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import { pageFrom, type Page, type PageRequest } from './page.ts';

export type RowWithId = ObjectLiteral & { readonly id: string };
export type Column<Row> = Extract<keyof Row, string>;

export async function readByIds<Row extends RowWithId>(manager: EntityManager, rowClass: EntityTarget<Row>, ids: readonly string[]): Promise<Map<string, Row>> {
  const rows = await manager.findBy(rowClass, whereIn<Row>('id', ids));
  return new Map(rows.map((row) => [row.id, row]));
}

export async function readChildren<Row extends RowWithId>(
  manager: EntityManager,
  rowClass: EntityTarget<Row>,
  key: Column<Row>,
  parentIds: readonly string[],
): Promise<Map<string, Row[]>> {
  return Map.groupBy(await manager.find(rowClass, { where: whereIn<Row>(key, parentIds), order: byId<Row>() }), (row) => String(row[key]));
}

/** One page per parent: a lateral join reads no more rows of a parent than its page has, whatever the number of parents. */
export async function readChildPages<Row extends RowWithId>(
  manager: EntityManager,
  rowClass: EntityTarget<Row>,
  key: Column<Row>,
  parentIds: readonly string[],
  request: PageRequest,
): Promise<Map<string, Page<Row>>> {
  const metadata = manager.connection.getMetadata(rowClass);
  const after = request.afterId === undefined ? '' : 'AND child.id > $3';
  const found: { id: string }[] = await manager.query(
    `SELECT page.id FROM unnest($1::text[]) AS parent(id) CROSS JOIN LATERAL (
       SELECT child.id FROM ${metadata.tablePath} child WHERE child.${columnOf(metadata, key)} = parent.id ${after} ORDER BY child.id LIMIT $2) page`,
    [parentIds, request.first + 1, ...(request.afterId === undefined ? [] : [request.afterId])],
  );
  const rows = await manager.find(rowClass, { where: whereIn<Row>('id', idsOf(found)), order: byId<Row>() });
  const byParent = Map.groupBy(rows, (row) => String(row[key]));
  return new Map(parentIds.map((id) => [id, pageFrom(byParent.get(id) ?? [], request)]));
}

/** The newest row per parent, by the columns given; the id decides between equals. */
export async function readLatest<Row extends RowWithId>(
  manager: EntityManager,
  rowClass: EntityTarget<Row>,
  key: Column<Row>,
  parentIds: readonly string[],
  newestBy: readonly Column<Row>[],
): Promise<Map<string, Row>> {
  const metadata = manager.connection.getMetadata(rowClass);
  const order = [...newestBy.map((column) => columnOf(metadata, column)), 'id'].map((column) => `child.${column} DESC`).join(', ');
  const found: { id: string }[] = await manager.query(
    `SELECT newest.id FROM unnest($1::text[]) AS parent(id) CROSS JOIN LATERAL (
       SELECT child.id FROM ${metadata.tablePath} child WHERE child.${columnOf(metadata, key)} = parent.id ORDER BY ${order} LIMIT 1) newest`,
    [parentIds],
  );
  const rows = await manager.findBy(rowClass, whereIn<Row>('id', idsOf(found)));
  return new Map(rows.map((row) => [String(row[key]), row]));
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

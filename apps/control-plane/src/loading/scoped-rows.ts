import { MillraceError } from '@millrace/contracts';
import type { WorkspaceRow } from '@millrace/db';
import { MoreThan, type EntityTarget, type FindOperator, type FindOptionsOrder, type FindOptionsSelect, type FindOptionsWhere } from 'typeorm';
import type { Work } from '../context/work.ts';
import { columnsToRead } from './columns.ts';
import { pageFrom, type Page, type PageRequest } from './page.ts';

/** The part of a row that a caller names it by. */
type Named<Row> = { readonly [Column in keyof Row]?: Row[Column] | FindOperator<unknown> | undefined };

/** The row of the caller's workspace that matches. Fails with `NOT_FOUND`, also when it exists in another workspace. */
export async function findRow<Row extends WorkspaceRow>(work: Work, rowClass: EntityTarget<Row>, what: string, named: Named<Row>): Promise<Row> {
  const row = await work.manager.findOneBy(rowClass, inWorkspace(work, named));
  if (row === null) throw notFound(what, named);
  return row;
}

/** As `findRow`, for a row that is only shown: of a query it has what the query selects, in a mutation all. */
export async function showRow<Row extends WorkspaceRow>(work: Work, rowClass: EntityTarget<Row>, what: string, named: Named<Row>): Promise<Row> {
  const row = await work.manager.findOne(rowClass, { where: inWorkspace(work, named), ...selection(work, rowClass) });
  if (row === null) throw notFound(what, named);
  return row;
}

/** As `findRow`, and holds a lock on the row until the transaction of the mutation ends. */
export async function lockRow<Row extends WorkspaceRow>(work: Work, rowClass: EntityTarget<Row>, what: string, named: Named<Row>): Promise<Row> {
  const row = await work.manager.findOne(rowClass, { where: inWorkspace(work, named), lock: { mode: 'for_no_key_update' } });
  if (row === null) throw notFound(what, named);
  return row;
}

/** Fails with `CONFLICT` if a row of the workspace matches: names are taken once. */
export async function refuseTaken<Row extends WorkspaceRow>(work: Work, rowClass: EntityTarget<Row>, what: string, named: Named<Row>): Promise<void> {
  const row = await work.manager.findOneBy(rowClass, inWorkspace(work, named));
  if (row === null) return;
  throw new MillraceError('CONFLICT', `There is a ${what} with ${described(named)} already (${row.id}). Choose another name, or use that one.`, {
    fields: { ...named, id: row.id },
  });
}

/** One page of the rows of the workspace that match, in the order of their ids. */
export async function readPage<Row extends WorkspaceRow>(
  work: Work,
  rowClass: EntityTarget<Row>,
  request: PageRequest,
  named: Named<Row> = {},
): Promise<Page<Row>> {
  const after = request.afterId === undefined ? {} : { id: MoreThan(request.afterId) };
  const rows = await work.manager.find(rowClass, {
    where: { ...inWorkspace(work, named), ...after } as FindOptionsWhere<Row>,
    ...selection(work, rowClass),
    order: { id: 'ASC' } as FindOptionsOrder<Row>,
    take: request.first + 1,
  });
  return pageFrom(rows, request);
}

function selection<Row extends WorkspaceRow>({ manager, selected }: Work, rowClass: EntityTarget<Row>): { readonly select?: FindOptionsSelect<Row> } {
  const select = columnsToRead(manager, rowClass, selected);
  return select === undefined ? {} : { select };
}

function inWorkspace<Row extends WorkspaceRow>({ workspaceId }: Work, named: Named<Row>): FindOptionsWhere<Row> {
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), workspaceId } as FindOptionsWhere<Row>;
}

function notFound(what: string, named: object): MillraceError {
  return new MillraceError('NOT_FOUND', `There is no ${what} with ${described(named)} in this workspace.`, { fields: { what, ...shortened(named) } });
}

/** Callers may send anything; answers stay short. */
function shortened(named: object): object {
  return Object.fromEntries(
    Object.entries(named).map(([column, value]: [string, unknown]) => [column, typeof value === 'string' ? value.slice(0, 100) : value]),
  );
}

function described(named: object): string {
  return Object.entries(named)
    .map(([column, value]) => `${column} "${String(value).slice(0, 100)}"`)
    .join(' and ');
}

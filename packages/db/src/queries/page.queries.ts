import { MillraceError } from '@millrace/contracts';
import { LessThan, MoreThan, type FindOptionsOrder, type FindOptionsWhere, type Repository } from 'typeorm';

/** The largest page that may be asked for. */
export const MAXIMUM_PAGE = 500;

export interface PageRequest {
  /** How many rows, 1 to {@link MAXIMUM_PAGE}. */
  readonly first: number;
  /** The cursor that the page before ended with: the id of its last row. */
  readonly after?: string | null | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/**
 * One page of the rows that match, by id: newest first, or `ASC` for oldest first. Ids sort by the time they were made, so pages
 * stay put while rows are added.
 * @throws MillraceError `BAD_INPUT` for a `first` out of range or an `after` that is no cursor
 */
export async function pageOf<Row extends { id: string }>(
  repository: Repository<Row>,
  where: FindOptionsWhere<Row>,
  request: PageRequest,
  order: 'ASC' | 'DESC' = 'DESC',
): Promise<Page<Row>> {
  const { first, after } = checkPage(request);
  const beyond = after === undefined ? {} : { id: order === 'ASC' ? MoreThan(after) : LessThan(after) };
  const found = await repository.find({
    where: { ...where, ...beyond } as FindOptionsWhere<Row>,
    order: { id: order } as FindOptionsOrder<Row>,
    take: first + 1,
  });
  return toPage(found, first);
}

/** The page that `first + 1` rows make: the extra one only says that there are more. */
export function toPage<Row extends { id: string }>(found: readonly Row[], first: number): Page<Row> {
  const rows = found.slice(0, first);
  return { rows, hasNextPage: found.length > first, endCursor: rows.at(-1)?.id ?? null };
}

export function checkPage({ first, after }: PageRequest): { first: number; after: string | undefined } {
  if (!Number.isInteger(first) || first < 1 || first > MAXIMUM_PAGE) {
    throw new MillraceError('BAD_INPUT', `A page has 1 to ${MAXIMUM_PAGE} rows, not ${first}.`, { fields: { path: 'first', first } });
  }
  if (typeof after === 'string' && !/^([a-z]+_[0-9a-z]{26}|\d{1,18})$/.test(after)) {
    throw new MillraceError('BAD_INPUT', `${JSON.stringify(after)} is not a cursor: pass the endCursor of the page before.`, {
      fields: { path: 'after', after },
    });
  }
  return { first, after: after ?? undefined };
}

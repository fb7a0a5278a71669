import { MillraceError } from '@millrace/contracts';
import { idOfCursor } from './cursor.ts';

export const MAXIMUM_PAGE_SIZE = 200;

/** Rows in the order of their ids, and whether more follow. */
export interface Page<Row> {
  readonly rows: Row[];
  readonly hasNextPage: boolean;
}

/** What part of a list is asked for: so many rows with ids after this one. */
export interface PageRequest {
  readonly first: number;
  readonly afterId: string | undefined;
}

/** The arguments `first` and `after` of a connection, checked. */
export function pageRequest(first: number | null | undefined, after: string | null | undefined, standard = 50): PageRequest {
  const size = first ?? standard;
  if (size < 1 || size > MAXIMUM_PAGE_SIZE) {
    throw new MillraceError('BAD_INPUT', `"first" is ${size}; a page has 1 to ${MAXIMUM_PAGE_SIZE} rows.`, {
      fields: { path: 'first', value: size, minimum: 1, maximum: MAXIMUM_PAGE_SIZE },
    });
  }
  return { first: size, afterId: after === null || after === undefined ? undefined : idOfCursor(after) };
}

/** A page out of rows that were read with one more than asked for. */
export function pageFrom<Row>(rows: Row[], { first }: PageRequest): Page<Row> {
  return { rows: rows.slice(0, first), hasNextPage: rows.length > first };
}

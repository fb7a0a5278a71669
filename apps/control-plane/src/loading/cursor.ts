import { MillraceError } from '@millrace/contracts';

/** An opaque cursor: where a page goes on. Callers hand it back as they got it. */
export function cursorOf(row: { readonly id: string }): string {
  return Buffer.from(`after:${row.id}`).toString('base64url');
}

/** The id that a cursor stands for. Anything that is not a cursor fails with `BAD_INPUT`. */
export function idOfCursor(cursor: string): string {
  const id = /^after:([A-Za-z0-9_]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (id === undefined) {
    throw new MillraceError('BAD_INPUT', `"${cursor.slice(0, 60)}" is not a cursor. Pass the endCursor of a page, or leave "after" out.`, {
      fields: { path: 'after' },
    });
  }
  return id;
}

import { MillraceError } from '@millrace/contracts';

/** Columns that a scored table has beside the keys and the outputs. */
export const MODEL_VERSION_COLUMN = 'model_version_id';
export const SCORED_AT_COLUMN = 'scored_at';
export const REJECTION_COLUMN = 'rejection';

/** Throws `BAD_INPUT` that names the first column that a scored table would have twice. Names that differ only in case are the same to most readers. */
export function requireDistinctColumns(keyColumns: readonly string[], outputColumns: readonly string[]): void {
  const origins = new Map([MODEL_VERSION_COLUMN, SCORED_AT_COLUMN, REJECTION_COLUMN].map((name) => [name, 'a column of every scored table']));
  const add = (name: string, origin: string): void => {
    const other = origins.get(name.toLowerCase());
    if (other !== undefined)
      throw new MillraceError(
        'BAD_INPUT',
        `the scored table would have the column "${name}" twice: it is ${origin}, and ${other}; carry other columns over, or rename the output in the model`,
        {
          fields: { column: name },
        },
      );
    origins.set(name.toLowerCase(), origin);
  };
  for (const name of outputColumns) add(name, 'an output of the model');
  for (const name of keyColumns) add(name, 'a key column');
}

import type { Action } from './actions.ts';
import { checkpointPath } from './log-files.ts';
import { filePattern, quoteText } from '../engine/sql-text.ts';
import { withTrustedDatabase } from '../engine/trusted-database.ts';

/** The actions of a classic checkpoint file. */
export async function readCheckpoint(table: string, version: number): Promise<Action[]> {
  return withTrustedDatabase({}, async (connection) => {
    const reader = await connection.runAndReadAll(`SELECT to_json(c)::VARCHAR FROM read_parquet(${quoteText(filePattern(checkpointPath(table, version)))}) c`);
    return reader.getRows().map(([json]) => withoutNulls(JSON.parse(String(json)) as Record<string, unknown>));
  });
}

/** A row of a checkpoint has a null for every kind of action that it is not. */
function withoutNulls(row: Record<string, unknown>): Action {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([kind, value]) => [kind, dropNullFields(value as Record<string, unknown>)]),
  );
}

function dropNullFields(action: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(action).filter(([, value]) => value !== null));
}

import type { Action } from './actions.ts';
import { checkpointPartPath, checkpointPath, type Checkpoint } from './log-files.ts';
import { quoteFiles } from '../engine/sql-text.ts';
import { withTrustedDatabase } from '../engine/trusted-database.ts';

/** The actions of a checkpoint, of one file or of several. Not those of version 2, which a table asks for by a feature. */
export async function readCheckpoint(table: string, { version, parts }: Checkpoint): Promise<Action[]> {
  const names =
    parts === 1 ? [checkpointPath(table, version)] : Array.from({ length: parts }, (_, index) => checkpointPartPath(table, version, index + 1, parts));
  return withTrustedDatabase({}, async (connection) => {
    const reader = await connection.runAndReadAll(`SELECT to_json(c)::VARCHAR FROM read_parquet(${quoteFiles(names)}, union_by_name = true) c`);
    return reader.getRows().map(([json]) => withoutNulls(JSON.parse(String(json)) as Record<string, unknown>));
  });
}

/** A row of a checkpoint has a null for every kind of action that it is not. */
function withoutNulls(row: Record<string, unknown>): Action {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([kind, value]) => [kind, withStats(dropNullFields(value as Record<string, unknown>))]),
  );
}

function dropNullFields(action: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(action).filter(([, value]) => value !== null));
}

/** A table may keep statistics as columns alone (`delta.checkpoint.writeStatsAsJson`). Counts are taken from there; bounds, whose form differs, are not. */
function withStats({ stats_parsed: parsed, ...action }: Record<string, unknown>): Record<string, unknown> {
  if (action['stats'] !== undefined || typeof parsed !== 'object' || parsed === null) return action;
  const { numRecords, nullCount } = parsed as Record<string, unknown>;
  return { ...action, stats: JSON.stringify({ ...(numRecords === null ? {} : { numRecords }), ...(nullCount === null ? {} : { nullCount }) }) };
}

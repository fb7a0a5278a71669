import type { Snapshot } from '../delta/snapshot.ts';
import { countRows } from '../delta/count-rows.ts';
import { filesOf, sampleRelation, snapshotRelation } from '../delta/snapshot-relation.ts';
import type { SqlEngine } from '../engine/sql-engine.ts';
import type { TableProfile } from './profile-table.ts';

export interface ProfileOptions {
  /** How many of the most frequent values to keep per column; 10 unless told. */
  readonly topValues?: number;
  /** A larger table is profiled from about this many of its rows. */
  readonly sampleRows?: number;
  readonly signal?: AbortSignal;
}

/** A profile and how many rows of the table it stands on. */
export interface SnapshotProfile extends TableProfile {
  readonly profiledRows: number;
}

/** Profiles a snapshot of a Delta table in the engine. A sample takes the first rows of files, the same ones each time. */
export async function profileSnapshot(engine: SqlEngine, snapshot: Snapshot, options: ProfileOptions = {}): Promise<SnapshotProfile> {
  const { sampleRows, signal } = options;
  const sampled = sampleRows !== undefined && snapshot.rows > sampleRows;
  const relation = sampled ? sampleRelation(snapshot, sampleRows) : snapshotRelation(snapshot);
  const profile = await engine.run(
    'profile-table',
    { relation, topValues: options.topValues ?? 10 },
    { reach: { files: filesOf(snapshot), folders: [] }, ...(signal === undefined ? {} : { signal }) },
  );
  return { ...profile, rows: sampled ? await countRows(snapshot) : profile.rows, profiledRows: profile.rows };
}

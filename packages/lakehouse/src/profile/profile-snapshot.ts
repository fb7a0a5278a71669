import type { Snapshot } from '../delta/snapshot.ts';
import { filesOf, snapshotRelation } from '../delta/snapshot-relation.ts';
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

/** Profiles a snapshot of a Delta table in the engine. A sample takes blocks of neighbouring rows, the same ones each time. */
export async function profileSnapshot(engine: SqlEngine, snapshot: Snapshot, options: ProfileOptions = {}): Promise<SnapshotProfile> {
  const { sampleRows, signal } = options;
  const whole = snapshotRelation(snapshot);
  const sampled = sampleRows !== undefined && snapshot.rows > sampleRows;
  const relation = sampled ? `(SELECT * FROM ${whole} TABLESAMPLE system(${(100 * sampleRows) / snapshot.rows} PERCENT) REPEATABLE (1))` : whole;
  const profile = await engine.run('profile-table', { relation, topValues: options.topValues ?? 10 }, { reach: { files: filesOf(snapshot), folders: [] }, ...(signal === undefined ? {} : { signal }) });
  return { ...profile, rows: sampled ? snapshot.rows : profile.rows, profiledRows: profile.rows };
}

import type { Snapshot } from '../delta/snapshot.ts';
import { filesOf, snapshotRelation } from '../delta/snapshot-relation.ts';
import type { SqlEngine } from '../engine/sql-engine.ts';
import type { TableProfile } from './profile-table.ts';

/** Profiles a snapshot of a Delta table in the engine. */
export function profileSnapshot(engine: SqlEngine, snapshot: Snapshot, options: { readonly topValues?: number; readonly signal?: AbortSignal } = {}): Promise<TableProfile> {
  return engine.run('profile-table', { relation: snapshotRelation(snapshot), topValues: options.topValues ?? 10 }, {
    reach: { files: filesOf(snapshot), folders: [] }, ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

import { readdir, rm, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { filePathOf } from '../delta/actions.ts';
import { readSnapshot, type Snapshot } from '../delta/snapshot.ts';
import { deletedFileRetention } from '../delta/table-retention.ts';

export interface VacuumOptions {
  /** Files that a version of the table once had stay for so long; by default what the table says. */
  readonly retentionMilliseconds?: number;
  /** Files that no version knows stay for so long: a running job may be writing them. Longer than any job. */
  readonly stagedMilliseconds: number;
  /** Versions whose files stay whatever their age. */
  readonly keptVersions?: readonly number[];
  /** Only tells what would go. */
  readonly dryRun?: boolean;
}

export interface Vacuumed {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Removes data files that nothing needs: no version that is kept, no reader that began within the retention, no job that still
 * writes. Where a version that is to be kept cannot be read, nothing goes. Folders that begin with `_` are not looked into.
 */
export async function vacuumTable(table: string, options: VacuumOptions): Promise<Vacuumed> {
  const snapshot = await readSnapshot(table);
  const needed = await neededFiles(snapshot, options);
  const removed = new Set([...snapshot.tombstones.values()].map(filePathOf));
  const now = Date.now();
  let files = 0;
  let bytes = 0;
  for (const name of await dataFiles(table)) {
    if (needed.has(name)) continue;
    const file = await stat(join(table, name)).catch(() => undefined);
    if (file === undefined) continue;
    if (!removed.has(name) && file.mtimeMs > now - options.stagedMilliseconds) continue;
    if (options.dryRun !== true) await rm(join(table, name), { force: true });
    files++;
    bytes += file.size;
  }
  return { files, bytes };
}

/** Paths of the files that some version needs which is kept. */
async function neededFiles(snapshot: Snapshot, { retentionMilliseconds, keptVersions = [] }: VacuumOptions): Promise<Set<string>> {
  const since = Date.now() - (retentionMilliseconds ?? deletedFileRetention(snapshot.metaData));
  const needed = new Set([...snapshot.files.values()].map(filePathOf));
  for (const removed of snapshot.tombstones.values()) if (removed.deletionTimestamp > since) needed.add(filePathOf(removed));
  for (const version of new Set(keptVersions)) {
    const { files } = await readSnapshot(snapshot.table, version);
    for (const file of files.values()) needed.add(filePathOf(file));
  }
  return needed;
}

async function dataFiles(table: string): Promise<string[]> {
  const entries = await readdir(table, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => {
    const name = join(entry.parentPath, entry.name).slice(table.length + 1);
    const isHidden = name.split(sep).some((part) => part.startsWith('_') || part.startsWith('.'));
    return entry.isFile() && !isHidden ? [name] : [];
  });
}

import { randomUUID } from 'node:crypto';
import { MillraceError } from '@millrace/contracts';
import { filePathOf, type Action, type AddAction, type RemoveAction } from './actions.ts';
import { assertNotNull } from './assert-not-null.ts';
import { isCheckpointDue } from './checkpoint-due.ts';
import { writeCheckpoint } from './checkpoint-write.ts';
import type { CommitOutcome, CommitRequest } from './commit-request.ts';
import { schemaStringOf } from './delta-type.ts';
import { readCommit, writeCommit } from './log-files.ts';
import { mergeFields } from './merge-schema.ts';
import { assertKnownLog, assertWritable, isAppendOnly, PROTOCOL } from './protocol.ts';
import { findSnapshot, readSnapshot, type Snapshot } from './snapshot.ts';

/** Every lost race is another writer's success, so this many losses in a row mean something else is wrong. */
const MAXIMUM_ATTEMPTS = 100;

/**
 * Commits to a table: optimistic, one winner per version. A loser reads all that won and tries the next version, unless a winner
 * touched what this commit takes away (`COMMIT_CONFLICT`, retryable: run again from the new state). The transaction is looked up
 * before every try, so a repeated delivery never commits twice.
 */
export async function commit(request: CommitRequest): Promise<CommitOutcome> {
  let snapshot = await findSnapshot(request.table);
  let removed = removalsOf(request, snapshot);
  for (let attempt = 0; attempt < MAXIMUM_ATTEMPTS; attempt++) {
    const done = alreadyCommitted(request, snapshot);
    if (done !== undefined) return done;
    if (snapshot !== undefined) request.check?.(snapshot);
    const version = (snapshot?.version ?? -1) + 1;
    if (await writeCommit(request.table, version, actionsOf(request, snapshot, removed)))
      return { status: 'COMMITTED', version, ...(await checkpointDue(request.table, version)) };
    snapshot = await readSnapshot(request.table);
    for (let won = version; won <= snapshot.version; won++) assertNoConflict(request, await readCommit(request.table, won), removed);
    removed = removalsOf(request, snapshot);
  }
  throw new MillraceError('COMMIT_CONFLICT', `The Delta table ${request.table} was changed by others at each of ${MAXIMUM_ATTEMPTS} attempts to commit.`, {
    fields: { table: request.table },
  });
}

/** Fails as `commit` would on the table as it is, and writes nothing: for what must not fail once another table has been committed to. */
export async function assertCommittable(request: CommitRequest): Promise<void> {
  const snapshot = await findSnapshot(request.table);
  const removed = removalsOf(request, snapshot);
  if (snapshot === undefined || alreadyCommitted(request, snapshot) !== undefined) return;
  request.check?.(snapshot);
  actionsOf(request, snapshot, removed);
}

function removalsOf(request: CommitRequest, snapshot: Snapshot | undefined): readonly AddAction[] {
  const { replaces } = request;
  if (replaces === undefined || snapshot === undefined) return [];
  const removed = [...snapshot.files.values()].filter(replaces);
  if (removed.length > 0 && request.dataChange !== false && isAppendOnly(snapshot.metaData))
    throw new MillraceError(
      'TABLE_UNSUPPORTED',
      `The Delta table ${request.table} is append-only (delta.appendOnly): ${removed.length} files of an earlier run cannot be replaced.`,
      { fields: { table: request.table } },
    );
  return removed;
}

function alreadyCommitted(request: CommitRequest, snapshot: Snapshot | undefined): CommitOutcome | undefined {
  if (request.transaction === undefined || snapshot === undefined) return undefined;
  const there = snapshot.transactions.get(request.transaction.appId);
  return there !== undefined && there >= request.transaction.version ? { status: 'SKIPPED', version: snapshot.version, transactionVersion: there } : undefined;
}

function actionsOf(request: CommitRequest, snapshot: Snapshot | undefined, removed: readonly AddAction[]): Action[] {
  const now = Date.now();
  const actions: Action[] = [
    { commitInfo: { timestamp: now, operation: operationOf(request, removed), commitId: randomUUID(), engineInfo: 'millrace', ...request.info } },
  ];
  actions.push(...schemaActions(request, snapshot, now));
  if (request.transaction) actions.push({ txn: { ...request.transaction, lastUpdated: now } });
  for (const [appId, version] of Object.entries(request.counts?.(snapshot) ?? {})) actions.push({ txn: { appId, version, lastUpdated: now } });
  const dataChange = request.dataChange ?? true;
  actions.push(...removed.map((file) => ({ remove: tombstone(file, now, dataChange) })), ...request.add.map((add) => ({ add: { ...add, dataChange } })));
  return actions;
}

function operationOf(request: CommitRequest, removed: readonly AddAction[]): string {
  if (request.dataChange === false) return 'OPTIMIZE';
  return removed.length > 0 ? 'REPLACE' : 'WRITE';
}

function schemaActions(request: CommitRequest, snapshot: Snapshot | undefined, now: number): Action[] {
  if (snapshot === undefined) {
    const fields = mergeFields(request.table, [], request.fields);
    const metaData = {
      id: randomUUID(),
      format: { provider: 'parquet', options: {} },
      schemaString: schemaStringOf(fields),
      partitionColumns: [...request.partitionColumns],
      configuration: { ...request.configuration },
      createdTime: now,
    };
    return [{ protocol: PROTOCOL }, { metaData }];
  }
  // What brings no rows cannot break a promise about them.
  if (request.add.length === 0) assertKnownLog(snapshot.protocol, request.table);
  else assertWritable(snapshot.protocol, snapshot.metaData, request.table);
  const stored = snapshot.metaData.partitionColumns;
  // A table that only keeps the place of a transaction that was given up has no columns yet.
  const isEmpty = snapshot.fields.length === 0;
  if (request.fields.length > 0 && !isEmpty && stored.join('\n') !== request.partitionColumns.join('\n')) {
    throw new MillraceError(
      'BAD_INPUT',
      `The dataset is partitioned by (${stored.join(', ')}), not by (${request.partitionColumns.join(', ')}). Load into a new dataset to partition differently.`,
      { fields: { table: request.table, stored, asked: request.partitionColumns } },
    );
  }
  const merged = mergeFields(request.table, snapshot.fields, request.fields);
  if (request.dataChange !== false) assertNotNull(request.table, snapshot.fields, request.fields, request.add);
  const partitionColumns = isEmpty ? [...request.partitionColumns] : stored;
  return merged === snapshot.fields ? [] : [{ metaData: { ...snapshot.metaData, schemaString: schemaStringOf(merged), partitionColumns } }];
}

function tombstone(file: AddAction, now: number, dataChange: boolean): RemoveAction {
  return { path: file.path, deletionTimestamp: now, dataChange, extendedFileMetadata: true, partitionValues: file.partitionValues, size: file.size };
}

/**
 * Neither a removal of a file that this commit removes, nor new files that it should have removed, may be overlooked. Those of an older
 * transaction of its own application are what it is to replace. A compaction moved rows that this commit finds again by their tags; only
 * for another compaction its removals are conflicts.
 */
function assertNoConflict(request: CommitRequest, winners: readonly Action[], removed: readonly AddAction[]): void {
  const mine = new Set(removed.map(filePathOf));
  const sameTransaction = winners.some(({ txn }) => txn !== undefined && txn.appId === request.transaction?.appId);
  if (sameTransaction) return;
  const matters = (dataChange: boolean): boolean => dataChange || request.dataChange === false;
  const overlaps = winners.some(
    ({ add, remove }) =>
      (remove !== undefined && matters(remove.dataChange) && mine.has(filePathOf(remove))) ||
      (add !== undefined && matters(add.dataChange) && request.replaces?.(add) === true),
  );
  if (overlaps)
    throw new MillraceError(
      'COMMIT_CONFLICT',
      `Another writer changed the same part of the Delta table ${request.table} meanwhile. Run again from the new state.`,
      { fields: { table: request.table } },
    );
}

/** A checkpoint only speeds up reading, so its failure does not undo a commit that stands; the caller may log it. */
async function checkpointDue(table: string, version: number): Promise<{ checkpointError?: unknown }> {
  try {
    if (await isCheckpointDue(table, version)) await writeCheckpoint(await readSnapshot(table, version));
    return {};
  } catch (error) {
    return { checkpointError: error };
  }
}

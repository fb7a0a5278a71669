import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filePattern, quoteText } from '../engine/sql-text.ts';
import { withTrustedDatabase } from '../engine/trusted-database.ts';
import type { Action } from './actions.ts';
import { readLastCheckpoint } from './checkpoint-due.ts';
import { checkpointPath, logFolderOf, replaceFile } from './log-files.ts';
import { assertKnownLog } from './protocol.ts';
import type { Snapshot } from './snapshot.ts';
import { syncPath } from './sync-path.ts';
import { deletedFileRetention } from './table-retention.ts';

const COLUMNS = {
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  add: 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags MAP(VARCHAR, VARCHAR))',
  remove:
    'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT)',
  metaData:
    'STRUCT(id VARCHAR, name VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, "options" MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[], configuration MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
  protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
};

/**
 * Writes the classic checkpoint of a snapshot and points `_last_checkpoint` at it. Both files appear whole or not at all,
 * because a half-written checkpoint makes a table unreadable. Fails with `TABLE_UNSUPPORTED` where it could lose what others keep in the log.
 */
export async function writeCheckpoint(snapshot: Snapshot): Promise<void> {
  assertKnownLog(snapshot.protocol, snapshot.table);
  const actions = actionsOf(snapshot);
  const folder = logFolderOf(snapshot.table);
  const rows = join(folder, `.${randomUUID()}.ndjson.tmp`);
  const parquet = join(folder, `.${randomUUID()}.parquet.tmp`);
  try {
    await writeFile(rows, actions.map((action) => JSON.stringify(action)).join('\n'));
    const columns = Object.entries(COLUMNS)
      .map(([name, type]) => `${name}: ${quoteText(type)}`)
      .join(', ');
    await withTrustedDatabase({}, (connection) =>
      connection.run(
        `COPY (SELECT * FROM read_json(${quoteText(filePattern(rows))}, format = 'newline_delimited', columns = {${columns}})) TO ${quoteText(parquet)} (FORMAT parquet, COMPRESSION snappy)`,
      ),
    );
    await syncPath(parquet);
    const { size } = await stat(parquet);
    await rename(parquet, checkpointPath(snapshot.table, snapshot.version));
    // A checkpoint that took long may come after a newer one.
    if (((await readLastCheckpoint(snapshot.table))?.version ?? -1) > snapshot.version) return;
    await replaceFile(
      join(folder, '_last_checkpoint'),
      JSON.stringify({ version: snapshot.version, size: actions.length, sizeInBytes: size, numOfAddFiles: snapshot.files.size }),
    );
  } finally {
    await Promise.all([rm(rows, { force: true }), rm(parquet, { force: true })]);
  }
}

function actionsOf(snapshot: Snapshot): Action[] {
  const now = Date.now();
  return [
    { protocol: snapshot.protocol },
    { metaData: snapshot.metaData },
    ...[...snapshot.transactions].map(([appId, version]) => ({ txn: { appId, version, lastUpdated: snapshot.transactionTimes.get(appId) ?? now } })),
    ...[...snapshot.files.values()].map((add) => ({ add: { ...add, dataChange: false } })),
    ...[...snapshot.tombstones.values()]
      .filter((remove) => remove.deletionTimestamp > now - deletedFileRetention(snapshot.metaData))
      .map((remove) => ({ remove: { ...remove, dataChange: false } })),
  ];
}

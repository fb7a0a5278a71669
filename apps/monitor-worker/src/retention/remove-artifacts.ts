import type { DataSource } from '@millrace/db';
import type { ArtifactStore } from '@millrace/storage';

const HOUR = 3_600_000;
const BATCH = 500;

/** Tables whose rows point at an artifact of a segment or of labels. */
const TABLES = ['prediction_segment', 'label_batch'] as const;

/** Whether rows of a table still wait for the content that row r refers to. */
function isUnread(table: string): string {
  return `EXISTS (SELECT FROM ${table} o WHERE o.artifact_digest = r.artifact_digest AND o.artifact_removed_at IS NULL AND (o.status <> 'INGESTED' OR o.created_at >= $1))`;
}

/** Of what came in before $1 and is in the lake: the artifacts, unless something else refers to the same content. */
function expired(table: (typeof TABLES)[number]): string {
  return `
    SELECT r.id, r.artifact_digest AS digest,
      ${TABLES.map(isUnread).join(' OR ')} OR EXISTS (SELECT FROM model_version v WHERE v.artifact_digest = r.artifact_digest)
        OR EXISTS (SELECT FROM training_run t WHERE t.artifact_digest = r.artifact_digest) AS "isReferred"
    FROM ${table} r WHERE r.artifact_removed_at IS NULL AND r.status = 'INGESTED' AND r.created_at < $1 AND r.updated_at < $1
    ORDER BY r.created_at LIMIT ${BATCH}`;
}

/** Removes the artifacts of what has long been in the lake. The file goes before the row says so: stopped in between, it is removed again. */
export async function removeIngestedArtifacts(
  dataSource: DataSource,
  storage: ArtifactStore,
  hours: number,
  renew: () => Promise<void>,
): Promise<{ artifacts: number; artifactBytes: number }> {
  const before = new Date(Date.now() - hours * HOUR);
  let artifacts = 0;
  let artifactBytes = 0;
  for (const table of TABLES) {
    for (let full = true; full;) {
      const rows: { id: string; digest: string; isReferred: boolean }[] = await dataSource.query(expired(table), [before]);
      for (const { digest, isReferred } of rows) {
        if (isReferred) continue;
        artifactBytes += await storage.remove(digest, before);
        artifacts++;
      }
      const ids = rows.map(({ id }) => id);
      await dataSource.query(`UPDATE ${table} SET artifact_removed_at = now() WHERE id = ANY($1)`, [ids]);
      await renew();
      full = rows.length === BATCH;
    }
  }
  return { artifacts, artifactBytes };
}

import type { EntityManager } from 'typeorm';

/**
 * Content is stored once for everybody, so what a workspace may read is what it refers to: its model versions, training runs,
 * segments and labels, and what its own tokens put there.
 */
export async function mayRead(manager: EntityManager, workspaceId: string, digest: string): Promise<boolean> {
  const [row]: { known: boolean }[] = await manager.query(
    `SELECT EXISTS (SELECT FROM model_version WHERE workspace_id = $1 AND artifact_digest = $2)
         OR EXISTS (SELECT FROM training_run WHERE workspace_id = $1 AND artifact_digest = $2)
         OR EXISTS (SELECT FROM prediction_segment WHERE workspace_id = $1 AND artifact_digest = $2)
         OR EXISTS (SELECT FROM label_batch WHERE workspace_id = $1 AND artifact_digest = $2)
         OR EXISTS (SELECT FROM audit_event WHERE workspace_id = $1 AND action = 'putArtifact' AND subject_id = $2) AS known`,
    [workspaceId, digest],
  );
  return row?.known ?? false;
}

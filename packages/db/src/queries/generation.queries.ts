import { MillraceError } from '@millrace/contracts';
import type { EntityManager } from 'typeorm';

/** Every change of what nodes of an environment hold or do raises its generation, in the transaction of the change. Returns the new one. */
export async function bumpGeneration(manager: EntityManager, environmentId: string): Promise<number> {
  const [rows]: [{ generation: number }[], number] = await manager.query(
    'UPDATE environment SET generation = generation + 1, updated_at = now() WHERE id = $1 RETURNING generation',
    [environmentId],
  );
  const [row] = rows;
  if (row === undefined) throw new MillraceError('NOT_FOUND', `There is no environment ${environmentId}.`, { fields: { environmentId } });
  return row.generation;
}

/** Locked in one order, so that two callers do not wait for each other. */
const bumpWhere = (condition: string): string => `
  UPDATE environment SET generation = generation + 1, updated_at = now()
  WHERE id IN (SELECT id FROM environment WHERE workspace_id = $1 AND ${condition} ORDER BY id FOR NO KEY UPDATE)`;

/** For what every node of a workspace must know, such as who may predict. */
export async function bumpGenerationsOfWorkspace(manager: EntityManager, workspaceId: string): Promise<void> {
  await manager.query(bumpWhere('true'), [workspaceId]);
}

/** For what every node must know that holds a version of a model: with traffic, as a shadow, for a release, or to measure it. */
export async function bumpGenerationsServing(
  manager: EntityManager,
  { workspaceId, id }: { readonly workspaceId: string; readonly id: string },
): Promise<void> {
  const holding = `id IN (
    SELECT held.environment_id FROM (
      SELECT environment_id, model_version_id FROM assigned_version WHERE workspace_id = $1
      UNION ALL SELECT environment_id, model_version_id FROM environment_assessment WHERE workspace_id = $1 AND status = 'QUEUED'
      UNION ALL SELECT environment_id, shadow ->> 'modelVersionId' FROM endpoint WHERE workspace_id = $1 AND shadow IS NOT NULL
      UNION ALL SELECT environment_id, share ->> 'modelVersionId' FROM endpoint, jsonb_array_elements(traffic) AS share WHERE workspace_id = $1
    ) AS held JOIN model_version ON model_version.id = held.model_version_id WHERE model_version.model_id = $2)`;
  await manager.query(bumpWhere(holding), [workspaceId, id]);
}

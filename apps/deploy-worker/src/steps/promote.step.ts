import { newId } from '@millrace/contracts';
import { advanceUseCase } from '@millrace/domain';
import { fencedTransaction, UseCase, type EntityManager, type ReleaseStep } from '@millrace/db';
import { z } from 'zod';
import { awaitGeneration } from './await-generation.ts';
import { enterCanary } from './canary.step.ts';
import { keepEvidence } from './record-step.ts';
import type { ReleaseContext } from './release-context.ts';
import { passed, type StepOutcome } from './step-outcome.ts';
import { setTraffic } from './traffic.ts';

const begunSchema = z.object({ generation: z.int() });

/** Gives the candidate all traffic and waits until every node serves that. */
export async function takeAllTraffic(context: ReleaseContext, step: ReleaseStep): Promise<StepOutcome> {
  const { dataSource, lease, release, candidate } = context;
  const { generation } =
    begunSchema.safeParse(step.evidence).data ??
    (await fencedTransaction(dataSource, lease, async (manager) => {
      const begun = { generation: await setTraffic(manager, context, [{ modelVersionId: candidate.id, weight: 100 }]) };
      await enterCanary(manager, release);
      await keepEvidence(manager, step, begun);
      return begun;
    }));
  return (await awaitGeneration(context, generation)) ?? passed('Every node gives all traffic to the model version');
}

const MOVE_CHAMPION = `
  INSERT INTO model_alias (id, workspace_id, model_id, name, model_version_id) VALUES ($1, $2, $3, 'champion', $4)
  ON CONFLICT (model_id, name) DO UPDATE SET model_version_id = excluded.model_version_id, updated_at = now()`;

/** A version that was promoted out of the shadow must not go back there when the next one is promoted. */
const LEAVE_THE_SHADOW = `UPDATE endpoint SET shadow = NULL, updated_at = now() WHERE id = $1 AND shadow ->> 'modelVersionId' = $2`;

/** What promotion means beside the traffic: the version is the champion of its model and nobody's shadow, and the use case is live. */
export async function crown(manager: EntityManager, { release, endpoint, candidate }: ReleaseContext): Promise<void> {
  await manager.query(MOVE_CHAMPION, [newId('modelAlias'), release.workspaceId, candidate.modelId, candidate.id]);
  await manager.query(LEAVE_THE_SHADOW, [endpoint.id, candidate.id]);
  const useCase = await manager.findOneOrFail(UseCase, { where: { id: endpoint.useCaseId }, lock: { mode: 'for_no_key_update' } });
  // One that was retired meanwhile stays retired; the endpoint goes on until it is taken down.
  if (useCase.status !== 'RETIRED') await manager.update(UseCase, { id: useCase.id }, advanceUseCase(useCase, 'LIVE'));
}

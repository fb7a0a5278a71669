import { AssignedVersion, bumpGeneration, EnvironmentAssessment, fencedTransaction, insertRow, type EntityManager, type ReleaseStep } from '@millrace/db';
import { In } from 'typeorm';
import { z } from 'zod';
import { liveNodes } from './live-nodes.ts';
import { keepEvidence } from './record-step.ts';
import type { ReleaseContext } from './release-context.ts';
import { failed, passed, type StepOutcome } from './step-outcome.ts';
import { waitUntil } from './wait-until.ts';

const begunSchema = z.object({ environmentAssessmentIds: z.array(z.string()).min(1) });

/**
 * The candidate is measured on one node of every class in the environment, and its p95 is within the objective on each. A model that takes no
 * made-up inputs is a valid one: it has loaded, and its canary shows how fast it is.
 * From here on the nodes hold the candidate, so that traffic can move without waiting for it to load.
 */
export async function checkLatency(context: ReleaseContext, step: ReleaseStep): Promise<StepOutcome> {
  const { dataSource, lease, environment, timing } = context;
  const objective = environment.policy.latencyObjectiveMilliseconds;
  const classes = await waitUntil(context, timing.nodeTimeoutSeconds, async () => {
    const found = [...new Set((await liveNodes(dataSource.manager, context)).map(({ nodeClass }) => nodeClass))];
    return found.length > 0 ? found : undefined;
  });
  if (classes === undefined)
    return failed(`No node of environment "${environment.name}" is READY after ${timing.nodeTimeoutSeconds} s; start an inference worker`, {
      code: 'NODE_UNAVAILABLE',
    });

  const ids =
    begunSchema.safeParse(step.evidence).data?.environmentAssessmentIds ??
    (await fencedTransaction(dataSource, lease, (manager) => askForMeasurements(manager, context, step, classes)));
  const assessments = await waitUntil(context, timing.measurementTimeoutSeconds, async () => {
    const rows = await dataSource.manager.find(EnvironmentAssessment, { where: { id: In(ids) }, order: { id: 'ASC' } });
    return rows.every(({ status }) => status !== 'QUEUED' && status !== 'RUNNING') ? rows : undefined;
  });
  if (assessments === undefined) return failed(`No node measured the model version within ${timing.measurementTimeoutSeconds} s`, { code: 'TIMEOUT' });
  return judge(assessments, objective);
}

function judge(assessments: readonly EnvironmentAssessment[], objective: number): StepOutcome {
  const evidence = { objectiveMilliseconds: objective, measurements: assessments.map(({ nodeClass, result, error }) => ({ nodeClass, result, error })) };
  const measured = assessments.filter(({ error }) => error?.fields['madeUpInputs'] !== false);
  for (const { nodeClass, result, error } of measured) {
    if (result === null) return failed(`The model version could not be measured on ${nodeClass}: ${error?.message ?? 'no reason given'}`, evidence);
    if (result.p95 > objective) return failed(`On ${nodeClass} the p95 latency is ${round(result.p95)} ms, above the objective of ${objective} ms`, evidence);
  }
  return passed(
    assessments
      .map(({ nodeClass, result, error }) =>
        result === null
          ? `On ${nodeClass} the model version loads and is not measured: ${error?.message ?? ''}`
          : `On ${nodeClass} the p95 latency is ${round(result.p95)} ms, within the objective of ${objective} ms`,
      )
      .join('; '),
    evidence,
  );
}

async function askForMeasurements(
  manager: EntityManager,
  { release, environment, candidate }: ReleaseContext,
  step: ReleaseStep,
  classes: readonly string[],
): Promise<string[]> {
  const { workspaceId } = release;
  const ids: string[] = [];
  for (const nodeClass of classes) {
    const assessment = await insertRow(manager, EnvironmentAssessment, { workspaceId, modelVersionId: candidate.id, environmentId: environment.id, nodeClass });
    ids.push(assessment.id);
  }
  const held = { environmentId: environment.id, modelVersionId: candidate.id, reason: 'RELEASE' as const };
  if (!(await manager.existsBy(AssignedVersion, held))) await insertRow(manager, AssignedVersion, { workspaceId, ...held });
  await bumpGeneration(manager, environment.id);
  await keepEvidence(manager, step, { environmentAssessmentIds: ids });
  return ids;
}

function round(milliseconds: number): number {
  return Number(milliseconds.toPrecision(3));
}

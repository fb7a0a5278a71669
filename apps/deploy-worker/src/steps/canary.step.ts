import { judgeCanary, nextReleaseStatus, type CanaryStep } from '@millrace/domain';
import { fencedTransaction, Release, type EntityManager, type ReleaseStep } from '@millrace/db';
import { z } from 'zod';
import { awaitGeneration } from './await-generation.ts';
import { countedSince, countsOf, failureOf, liveNodes } from './live-nodes.ts';
import { keepEvidence } from './record-step.ts';
import type { ReleaseContext } from './release-context.ts';
import { failed, passed, type StepOutcome } from './step-outcome.ts';
import { incumbentOf, setTraffic, splitWithCandidate } from './traffic.ts';
import { waitUntil } from './wait-until.ts';

const countsSchema = z.object({ requests: z.int(), errors: z.int() });
const begunSchema = z.object({
  generation: z.int(),
  traffic: z.array(z.object({ modelVersionId: z.string(), weight: z.int() })),
  countsBefore: z.record(z.string(), countsSchema),
});

/**
 * Gives the candidate its share of the traffic, waits until every node serves that, and watches what the nodes count until
 * the step has its requests and its time, or its error rate is lost. On a first release there is no incumbent: nobody
 * serves the requests outside the share. Only requests that went to the candidate count.
 */
export async function watchCanary(context: ReleaseContext, step: ReleaseStep, canary: CanaryStep): Promise<StepOutcome> {
  const { dataSource, lease, candidate, release } = context;
  const begun =
    begunSchema.safeParse(step.evidence).data ?? (await fencedTransaction(dataSource, lease, (manager) => moveTraffic(manager, context, step, canary)));
  const refusal = await awaitGeneration(context, begun.generation);
  if (refusal !== undefined) return refusal;

  const weight = begun.traffic.find(({ modelVersionId }) => modelVersionId === candidate.id)?.weight ?? canary.weight;
  const incumbent = incumbentOf(release.previousTraffic, candidate.id);
  const since = performance.now();
  const verdict = await waitUntil(context, Number.POSITIVE_INFINITY, async () => {
    const nodes = await liveNodes(dataSource.manager, context);
    // One that died takes no traffic any more, so that its requests would not tell.
    const failure = failureOf(nodes, candidate.id);
    if (failure !== undefined)
      return { action: 'ROLL_BACK' as const, reason: failure.reason, evidence: { weight, incumbent, node: failure.node, error: failure.error } };
    const counted = countedSince(begun.countsBefore, countsOf(nodes, candidate.id));
    const heldSeconds = Math.round(performance.now() - since) / 1000;
    const { action, reason } = judgeCanary({ ...canary, weight }, { ...counted, heldSeconds });
    return action === 'HOLD'
      ? undefined
      : { action, reason, evidence: { weight, incumbent, ...counted, seconds: heldSeconds, nodes: nodes.map(({ name }) => name) } };
  });
  if (verdict === undefined) return failed('The canary was not judged');
  return verdict.action === 'ADVANCE' ? passed(verdict.reason, verdict.evidence) : failed(verdict.reason, verdict.evidence);
}

async function moveTraffic(manager: EntityManager, context: ReleaseContext, step: ReleaseStep, canary: CanaryStep): Promise<z.infer<typeof begunSchema>> {
  const { release, candidate } = context;
  const traffic = splitWithCandidate(release.previousTraffic, candidate.id, canary.weight);
  const countsBefore = countsOf(await liveNodes(manager, context), candidate.id);
  const generation = await setTraffic(manager, context, traffic);
  await enterCanary(manager, release);
  const begun = { generation, traffic, countsBefore };
  await keepEvidence(manager, step, begun);
  return begun;
}

/** From the first traffic on, a release can only be promoted or rolled back. */
export async function enterCanary(manager: EntityManager, release: Release): Promise<void> {
  if (release.status === 'CANARY') return;
  const status = nextReleaseStatus(release.status, 'CANARY');
  await manager.update(Release, { id: release.id }, { status });
  release.status = status;
}

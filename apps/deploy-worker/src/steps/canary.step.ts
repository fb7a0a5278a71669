import { environmentPolicySchema } from '@millrace/contracts';
import { judgeCanary, nextReleaseStatus, type CanaryRule, type CanaryStep } from '@millrace/domain';
import { fencedTransaction, Release, ReleaseStep, type EntityManager } from '@millrace/db';
import { LessThan } from 'typeorm';
import { z } from 'zod';
import { awaitGeneration } from './await-generation.ts';
import { CanaryWatch, readWatchState, type WatchState } from './canary-watch.ts';
import { failureOf, liveNodes } from './live-nodes.ts';
import { keepEvidence } from './record-step.ts';
import type { ReleaseContext } from './release-context.ts';
import { failed, passed, type StepOutcome } from './step-outcome.ts';
import { incumbentOf, setTraffic, splitWithCandidate } from './traffic.ts';
import { waitUntil } from './wait-until.ts';

const begunSchema = z.object({ generation: z.int(), traffic: z.array(z.object({ modelVersionId: z.string(), weight: z.int() })) });

/**
 * Gives the candidate its share of the traffic, waits until every node serves that, and compares what the nodes count for it with what they count
 * for the live version over the same time, until the one or the other was shown, or a person decides. On a first release there is no
 * live version: nobody serves the requests outside the share, and the rate of the step is what the candidate is compared with.
 * When the time of the step is over and nothing was shown, the step is INCONCLUSIVE and goes on.
 * @param tell told what the step waits for, whenever that changes
 */
export async function watchCanary(context: ReleaseContext, step: ReleaseStep, canary: CanaryStep, tell: (note: string) => void): Promise<StepOutcome> {
  const { dataSource, lease, candidate, release } = context;
  const incumbent = incumbentOf(release.previousTraffic, candidate.id);
  const rule = ruleOf(context, canary, incumbent !== null);
  const watch = await watchOf(context, step, rule, incumbent);
  const begun =
    begunSchema.safeParse(step.evidence).data ??
    (await fencedTransaction(dataSource, lease, (manager) => moveTraffic(manager, context, step, { canary, watch })));
  const refusal = await awaitGeneration(context, begun.generation);
  if (refusal !== undefined) return refusal;

  const weight = begun.traffic.find(({ modelVersionId }) => modelVersionId === candidate.id)?.weight ?? canary.weight;
  let isServed = watch.served(new Date());
  let told = '';
  const outcome = await waitUntil(context, Number.POSITIVE_INFINITY, async () => {
    const nodes = await liveNodes(dataSource.manager, context);
    const isNews = watch.look(nodes) || isServed;
    isServed = false;
    const sight = watch.sight(new Date());
    const { candidate: own, incumbent: live, eValues, heldSeconds } = sight;
    const evidence = {
      weight,
      incumbent,
      requests: own.requests,
      errors: own.bad,
      ...(live !== null && { incumbentRequests: live.requests, incumbentErrors: live.bad }),
      logEValues: eValues,
      seconds: heldSeconds,
      nodes: nodes.map(({ name }) => name),
    };
    // One that died takes no traffic any more, so that its requests would not tell.
    const failure = failureOf(nodes, candidate.id);
    if (failure !== undefined) return failed(failure.reason, { ...evidence, node: failure.node, error: failure.error });
    const decided = await decisionOn(dataSource.manager, release);
    if (decided !== null) {
      const { decision, reason } = decided;
      return decision === 'PROMOTE'
        ? passed(`A person promotes it: ${reason}`, { ...evidence, decision })
        : failed(`A person rolls it back: ${reason}`, { ...evidence, decision });
    }
    const { action, reason } = judgeCanary({ ...canary, weight }, rule, sight);
    if (action === 'ADVANCE') return passed(reason, evidence);
    if (action === 'ROLL_BACK') return failed(reason, evidence);
    const isInconclusive = action === 'INCONCLUSIVE';
    const note = isInconclusive ? `inconclusive: ${reason}` : '';
    if (isNews || note !== told) {
      const status = isInconclusive ? action : step.status;
      await fencedTransaction(dataSource, lease, (manager) => keepWatch(manager, step, { status, state: watch.state, evidence: { ...evidence, reason } }));
    }
    if (note !== told) tell(note);
    told = note;
    return undefined;
  });
  return outcome ?? failed('The canary was not judged');
}

/** What a person has decided meanwhile. */
export async function decisionOn(manager: EntityManager, { id }: Release): Promise<Release['decision']> {
  return (await manager.findOneOrFail(Release, { select: { id: true, decision: true }, where: { id } })).decision;
}

/** The watch of this step as it was left, or a new one that goes on with the evidence of the step before. */
async function watchOf(
  { candidate, dataSource, release }: ReleaseContext,
  step: ReleaseStep,
  rule: CanaryRule,
  incumbent: string | null,
): Promise<CanaryWatch> {
  const versions = { endpointId: release.endpointId, candidate: candidate.id, incumbent };
  const own = readWatchState(step.state);
  if (own !== undefined) return CanaryWatch.resume(rule, versions, own);
  const former = await dataSource.manager.find(ReleaseStep, {
    where: { releaseId: release.id, kind: 'canary', sequence: LessThan(step.sequence) },
    order: { sequence: 'DESC' },
  });
  const states = former.flatMap(({ state }) => readWatchState(state) ?? []);
  return CanaryWatch.begin(
    rule,
    versions,
    states.find(({ maximumErrorRate }) => maximumErrorRate === (rule.hasIncumbent ? null : rule.maximumErrorRate)),
  );
}

/** The test of the policy. Steps of a first release that allow other rates are tests of their own, and share its error rates. */
function ruleOf({ environment }: ReleaseContext, { maximumErrorRate }: CanaryStep, hasIncumbent: boolean): CanaryRule {
  const { canaryTest, canarySteps } = environmentPolicySchema.parse(environment.policy);
  const tests = hasIncumbent ? 1 : new Set(canarySteps.map((step) => step.maximumErrorRate)).size;
  const { falseRollbackRate, falsePromotionRate } = canaryTest;
  return { ...canaryTest, falseRollbackRate: falseRollbackRate / tests, falsePromotionRate: falsePromotionRate / tests, maximumErrorRate, hasIncumbent };
}

async function keepWatch(
  manager: EntityManager,
  step: ReleaseStep,
  { status, state, evidence }: { readonly status: ReleaseStep['status']; readonly state: WatchState; readonly evidence: StepOutcome['evidence'] },
): Promise<void> {
  await manager.query('UPDATE release_step SET status = $2, state = $3::jsonb WHERE id = $1', [step.id, status, JSON.stringify(state)]);
  await keepEvidence(manager, step, evidence);
  step.status = status;
}

/** What was counted until now is what was counted before. */
async function moveTraffic(
  manager: EntityManager,
  context: ReleaseContext,
  step: ReleaseStep,
  { canary, watch }: { readonly canary: CanaryStep; readonly watch: CanaryWatch },
): Promise<z.infer<typeof begunSchema>> {
  const { release, candidate } = context;
  const traffic = splitWithCandidate(release.previousTraffic, candidate.id, canary.weight);
  watch.look(await liveNodes(manager, context));
  const generation = await setTraffic(manager, context, traffic);
  await enterCanary(manager, release);
  const begun = { generation, traffic };
  await keepWatch(manager, step, { status: step.status, state: watch.state, evidence: begun });
  return begun;
}

/** From the first traffic on, a release can only be promoted or rolled back. */
export async function enterCanary(manager: EntityManager, release: Release): Promise<void> {
  if (release.status === 'CANARY') return;
  const status = nextReleaseStatus(release.status, 'CANARY');
  await manager.update(Release, { id: release.id }, { status });
  release.status = status;
}

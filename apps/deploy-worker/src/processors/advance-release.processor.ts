import { JOB_CATALOG, MillraceError, type ReleaseStatus } from '@millrace/contracts';
import { isReleaseDecided } from '@millrace/domain';
import { abandonRelease, fencedTransaction, type ReleaseStep } from '@millrace/db';
import { WorkerStopped, type JobContext } from '@millrace/queue';
import { checkArtifactLoads } from '../steps/artifact-loads.step.ts';
import { decisionOn, watchCanary } from '../steps/canary.step.ts';
import { promote, reject, rollBack } from '../steps/decide-release.ts';
import { checkLatency } from '../steps/latency.step.ts';
import { checkOfflineMetric } from '../steps/offline-metric.step.ts';
import { openRelease } from '../steps/open-release.ts';
import { takeAllTraffic } from '../steps/promote.step.ts';
import { recordStep } from '../steps/record-step.ts';
import type { DeployServices, ReleaseContext } from '../steps/release-context.ts';
import { checkSignatureCompatible } from '../steps/signature-compatible.step.ts';
import type { StepOutcome } from '../steps/step-outcome.ts';

interface Check {
  readonly kind: string;
  readonly run: (context: ReleaseContext, step: ReleaseStep) => Promise<StepOutcome>;
}

/** In this order: the cheap ones first. */
const CHECKS: readonly Check[] = [
  { kind: 'artifact-loads', run: checkArtifactLoads },
  { kind: 'signature-compatible', run: checkSignatureCompatible },
  { kind: 'offline-metric', run: checkOfflineMetric },
  { kind: 'latency', run: checkLatency },
];

/**
 * Carries a release from its checks through its canary to a decision. Every step is recorded before the next begins and every
 * effect is fenced by the attempt, so a job that was delivered twice advances once, and one that was killed goes on where it was.
 */
export function advanceRelease(services: DeployServices): (job: JobContext<'advance-release'>) => Promise<{ status: ReleaseStatus }> {
  return async (job) => {
    const { context, objection } = await openRelease(services, job);
    if (isReleaseDecided(context.release.status)) return { status: context.release.status };
    try {
      return { status: objection === undefined ? await advance(context, job) : await reject(context, objection) };
    } catch (thrown) {
      const error = MillraceError.wrap(thrown);
      if (isLastTry(error, job.tries)) await giveUp(context, error);
      throw error;
    }
  };
}

async function advance(context: ReleaseContext, job: JobContext<'advance-release'>): Promise<ReleaseStatus> {
  const { canarySteps } = context.environment.policy;
  const stepCount = CHECKS.length + canarySteps.length + 1;
  let sequence = 0;
  for (const { kind, run } of CHECKS) {
    job.progress(sequence / stepCount, kind);
    const outcome = await recordStep(context, { sequence: ++sequence, kind }, (step) => run(context, step));
    if (!outcome.passed) return reject(context, `${kind}: ${outcome.reason}`);
  }
  for (const canary of canarySteps) {
    const tell = (note?: string): void => job.progress(sequence / stepCount, `canary ${canary.weight} %${note === undefined ? '' : `: ${note}`}`);
    tell();
    const outcome = await recordStep(context, { sequence: ++sequence, kind: 'canary' }, (step) => watchCanary(context, step, canary, tell));
    if (!outcome.passed) return rollBack(context, sequence + 1, `canary: ${outcome.reason}`);
    if (outcome.evidence['decision'] === 'PROMOTE') break;
  }
  job.progress(sequence / stepCount, 'promote');
  const outcome = await recordStep(context, { sequence: ++sequence, kind: 'promote' }, (step) => takeAllTraffic(context, step));
  if (!outcome.passed) return rollBack(context, sequence + 1, `promote: ${outcome.reason}`);
  const decided = await decisionOn(context.dataSource.manager, context.release);
  if (decided?.decision === 'ROLL_BACK') return rollBack(context, sequence + 1, `promote: A person rolls it back: ${decided.reason}`);
  return promote(context, outcome.reason);
}

/** A worker that is stopped says nothing about the release. */
function isLastTry(error: MillraceError, tries: number): boolean {
  if (error.code === 'STALE_ATTEMPT' || error instanceof WorkerStopped) return false;
  return !error.retryable || tries >= JOB_CATALOG['advance-release'].attempts;
}

/** A release that nobody will try again must not keep half of the traffic. */
async function giveUp(context: ReleaseContext, error: MillraceError): Promise<void> {
  const reason = `The release could not be carried on: ${error.message}`;
  try {
    await fencedTransaction(context.dataSource, context.lease, (manager) => abandonRelease(manager, context.release.id, reason));
  } catch (fault) {
    context.log.error('release left undecided', { releaseId: context.release.id, error: String(fault) });
  }
}

import { fencedTransaction, insertRow, ReleaseStep, type EntityManager } from '@millrace/db';
import type { ReleaseContext } from './release-context.ts';
import type { StepOutcome } from './step-outcome.ts';

interface StepName {
  readonly sequence: number;
  readonly kind: string;
}

/**
 * Runs one step and records it. A step that an earlier attempt finished is not run again: its recorded outcome stands. One
 * that an earlier attempt began is taken up with the evidence it had left, so work finds what it already caused.
 */
export async function recordStep(context: ReleaseContext, name: StepName, work: (step: ReleaseStep) => Promise<StepOutcome>): Promise<StepOutcome> {
  const step = await fencedTransaction(context.dataSource, context.lease, (manager) => beginStep(manager, context, name));
  if (step.status === 'PASSED' || step.status === 'FAILED')
    return { passed: step.status === 'PASSED', reason: String(step.evidence['reason']), evidence: step.evidence };
  const outcome = await work(step);
  await fencedTransaction(context.dataSource, context.lease, (manager) => endStep(manager, step, outcome));
  context.log.info('step recorded', { ...name, passed: outcome.passed, reason: outcome.reason });
  return outcome;
}

/** Writes what a step has caused so far, in the transaction that causes it. */
export async function keepEvidence(manager: EntityManager, step: ReleaseStep, evidence: StepOutcome['evidence']): Promise<void> {
  await manager.query('UPDATE release_step SET evidence = evidence || $2::jsonb WHERE id = $1', [step.id, JSON.stringify(evidence)]);
}

async function beginStep(manager: EntityManager, { release }: ReleaseContext, { sequence, kind }: StepName): Promise<ReleaseStep> {
  const begun = await manager.findOneBy(ReleaseStep, { releaseId: release.id, sequence });
  return begun ?? insertRow(manager, ReleaseStep, { workspaceId: release.workspaceId, releaseId: release.id, sequence, kind });
}

async function endStep(manager: EntityManager, step: ReleaseStep, { passed, reason, evidence }: StepOutcome): Promise<void> {
  await manager.query('UPDATE release_step SET status = $2, evidence = evidence || $3::jsonb, finished_at = now() WHERE id = $1', [
    step.id,
    passed ? 'PASSED' : 'FAILED',
    JSON.stringify({ ...evidence, reason }),
  ]);
}

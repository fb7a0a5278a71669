import { MillraceError, type JobResult } from '@millrace/contracts';
import { enqueueJob, fencedTransaction, Monitor } from '@millrace/db';
import type { JobContext } from '@millrace/queue';
import { applyEvaluation, type AppliedEvaluation } from '../windows/apply-evaluation.ts';
import { MOST_DUE_WINDOWS } from '../windows/due-windows.ts';
import { planEvaluation } from '../windows/plan-evaluation.ts';
import { evaluationOf } from './evaluation-job.ts';
import type { MonitoringServices } from './monitoring-services.ts';

/** After so many plans in vain the job is tried again later. */
const ROUNDS = 5;

/**
 * Closes due windows, tests them for drift, joins labels, states live metrics, and moves alerts and milestones. The lake is
 * read first, without a lock; everything that follows from it is written in one fenced transaction. What changes in between
 * has asked for an evaluation of its own.
 */
export async function evaluateMonitor(services: MonitoringServices, context: JobContext<'evaluate-monitor'>): Promise<JobResult<'evaluate-monitor'>> {
  const { monitorId } = context.payload;
  const monitor = await services.dataSource.manager.findOneBy(Monitor, { id: monitorId });
  if (monitor === null) throw new MillraceError('NOT_FOUND', `There is no monitor ${monitorId}.`, { fields: { monitorId } });
  const applied = await evaluate(services, context, monitor);
  if (applied.unknownMetrics.length > 0) context.log.warn('the monitor feeds metrics that the use case does not have', { metrics: applied.unknownMetrics });
  if (applied.unknownFeatures.length > 0)
    context.log.warn('conditions of the monitor name features that the served versions do not have', { features: applied.unknownFeatures });
  for (const { milestone, from, to } of applied.milestones)
    context.log.info('milestone moved', { milestone: milestone.name, from, to, reason: milestone.reason });
  context.log.info('evaluated', { windowsClosed: applied.windowsClosed, windowsRelabelled: applied.windowsRelabelled, observations: applied.observations });
  return { windowsClosed: applied.windowsClosed, observations: applied.observations };
}

/** Plans and applies; when the windows moved in between, plans anew, so that a busy endpoint costs no attempts of the job. */
async function evaluate({ dataSource, tables }: MonitoringServices, context: JobContext<'evaluate-monitor'>, monitor: Monitor): Promise<AppliedEvaluation> {
  for (let round = 1; ; round++) {
    context.signal.throwIfAborted();
    const plan = await planEvaluation(dataSource.manager, monitor, tables);
    context.progress(0.6, `${plan.due.length} windows to close, ${plan.relabelled.length} with new labels`);
    try {
      return await fencedTransaction(dataSource, context.lease, async (manager) => {
        const applied = await applyEvaluation(manager, monitor, plan);
        if (plan.due.length === MOST_DUE_WINDOWS) await enqueueJob(manager, evaluationOf(monitor));
        return applied;
      });
    } catch (error) {
      if (round === ROUNDS || !(error instanceof MillraceError) || error.code !== 'COMMIT_CONFLICT') throw error;
    }
  }
}

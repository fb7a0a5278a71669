import { beatsBaseline } from '@millrace/domain';
import { Evaluation } from '@millrace/db';
import type { ReleaseContext } from './release-context.ts';
import { failed, passed, type StepOutcome } from './step-outcome.ts';

/**
 * The metric of the policy is better than that of the trivial baseline, and not worse than that of the live version where
 * both were evaluated on the same rows.
 */
export async function checkOfflineMetric({ dataSource, environment, release, candidate }: ReleaseContext): Promise<StepOutcome> {
  const metric = environment.policy.offlineMetric;
  const evaluation = await dataSource.manager.findOne(Evaluation, { where: { modelVersionId: candidate.id }, order: { id: 'DESC' } });
  if (evaluation === null) return failed('The model version was never evaluated', { metric });
  const value = evaluation.metrics[metric];
  const baseline = evaluation.baselineMetrics[metric];
  if (value === undefined || baseline === undefined)
    return failed(`The evaluation has no "${metric}"; it has ${Object.keys(evaluation.metrics).join(', ')}`, { metric, evaluationId: evaluation.id });

  const evidence = { metric, value, baseline, evaluationId: evaluation.id, datasetVersionId: evaluation.datasetVersionId, split: evaluation.split };
  if (!beatsBaseline(metric, value, baseline)) return failed(`${metric} is ${value}, which is not better than the ${baseline} of the baseline`, evidence);

  const liveIds = release.previousTraffic.map(({ modelVersionId }) => modelVersionId).filter((id) => id !== candidate.id);
  for (const modelVersionId of liveIds) {
    const live = await dataSource.manager.findOne(Evaluation, {
      where: { modelVersionId, datasetVersionId: evaluation.datasetVersionId, split: evaluation.split },
      order: { id: 'DESC' },
    });
    const liveValue = live?.metrics[metric];
    if (liveValue !== undefined && beatsBaseline(metric, liveValue, value))
      return failed(`${metric} is ${value}, which is worse than the ${liveValue} of the live version on the same rows`, {
        ...evidence,
        liveModelVersionId: modelVersionId,
        liveValue,
      });
  }
  return passed(`${metric} is ${value}, better than the ${baseline} of the baseline`, evidence);
}

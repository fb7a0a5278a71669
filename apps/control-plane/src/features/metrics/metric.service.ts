import { MillraceError } from '@millrace/contracts';
import { insertRow, Metric, ModelVersion, Observation, recordMilestones } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { activeUseCase } from '../../lifecycle/active-use-case.ts';
import { findRow, refuseTaken, showRow } from '../../loading/scoped-rows.ts';
import { valuesOf } from '../../validation/checked.ts';
import type { CreateMetricInput, RecordObservationInput } from './metric.inputs.ts';

/** Metrics of a use case and the observations that teams push. */
export class MetricService {
  find(work: Work, id: string): Promise<Metric> {
    return showRow(work, Metric, 'metric', { id });
  }

  async create(work: Work, input: CreateMetricInput): Promise<Metric> {
    await activeUseCase(work, input.useCaseId);
    await refuseTaken(work, Metric, 'metric', { useCaseId: input.useCaseId, name: input.name });
    return insertRow(work.manager, Metric, { workspaceId: work.workspaceId, ...valuesOf(input) });
  }

  /** Writes the observation and lets it move the milestones of the use case, in one transaction. */
  async record(work: Work, input: RecordObservationInput): Promise<Observation> {
    const { manager, workspaceId } = work;
    const metric = await findRow(work, Metric, 'metric', { id: input.metricId });
    if (metric.source === 'LIVE') {
      throw new MillraceError(
        'BAD_INPUT',
        `input.metricId: "${metric.name}" is a live metric: its monitor computes it. Push observations to metrics of source BUSINESS or OFFLINE.`,
        { fields: { path: 'input.metricId', source: metric.source } },
      );
    }
    if (input.modelVersionId !== undefined) await findRow(work, ModelVersion, 'model version', { id: input.modelVersionId });
    await activeUseCase(work, metric.useCaseId);
    const observation = await insertRow(manager, Observation, { workspaceId, ...valuesOf(input), segment: input.segment ?? '' });
    await recordMilestones(manager, metric.useCaseId);
    return observation;
  }
}

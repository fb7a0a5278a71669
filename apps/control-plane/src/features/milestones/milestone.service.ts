import { MillraceError } from '@millrace/contracts';
import { insertRow, Metric, Milestone, recordMilestones } from '@millrace/db';
import { IsNull } from 'typeorm';
import type { Work } from '../../context/work.ts';
import { activeUseCase } from '../../lifecycle/active-use-case.ts';
import { findRow, showRow } from '../../loading/scoped-rows.ts';
import { valuesOf } from '../../validation/checked.ts';
import type { CreateMilestoneInput } from './milestone.inputs.ts';

/** Every observation judges all of them, and each is forecast, while the use case is locked. */
const MOST_OPEN = 200;

/** Milestones of a use case. Their states are moved by observations, never by hand. */
export class MilestoneService {
  /** The state is decided at once, from the observations that exist. */
  async create(work: Work, input: CreateMilestoneInput): Promise<Milestone> {
    await activeUseCase(work, input.useCaseId);
    const { id } = await this.add(work, input);
    await recordMilestones(work.manager, input.useCaseId);
    return showRow(work, Milestone, 'milestone', { id });
  }

  /** Inserts a milestone without deciding its state: the caller does so, for all of a use case together. */
  async add(work: Work, input: CreateMilestoneInput): Promise<Milestone> {
    const metric = await findRow(work, Metric, 'metric', { id: input.metricId });
    if (metric.useCaseId !== input.useCaseId) {
      throw new MillraceError('BAD_INPUT', `input.metricId: the metric "${metric.name}" belongs to another use case. Choose a metric of ${input.useCaseId}.`, {
        fields: { path: 'input.metricId', metricId: metric.id, useCaseId: metric.useCaseId },
      });
    }
    const { useCaseId } = input;
    const open = await work.manager.countBy(Milestone, { useCaseId, retiredAt: IsNull(), decidedAt: IsNull() });
    if (open >= MOST_OPEN) {
      throw new MillraceError('CONFLICT', `The use case ${useCaseId} has ${open} milestones that are neither met nor missed, and may have no more.`, {
        fields: { useCaseId, open, maximum: MOST_OPEN },
      });
    }
    return insertRow(work.manager, Milestone, { workspaceId: work.workspaceId, ...valuesOf(input) });
  }
}

import { MillraceError } from '@millrace/contracts';
import { BusinessGoal, type Change, insertRow, Metric, UseCase } from '@millrace/db';
import { nextUseCaseStatus } from '@millrace/domain';
import type { Followed } from '../../context/request-context.ts';
import type { Work } from '../../context/work.ts';
import { followRow, type Changes } from '../../events/follow-row.ts';
import { activeUseCase } from '../../lifecycle/active-use-case.ts';
import { moveUseCase } from '../../lifecycle/move-use-case.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { findRow, lockRow, readPage, refuseTaken, showRow } from '../../loading/scoped-rows.ts';
import { valuesOf } from '../../validation/checked.ts';
import type { CreateUseCaseInput, SetBusinessGoalInput } from './use-case.inputs.ts';

/** Use cases and their business goals. */
export class UseCaseService {
  readonly #changes: Changes;

  constructor(collaborators: { readonly changes: Changes }) {
    this.#changes = collaborators.changes;
  }

  find(work: Work, id: string): Promise<UseCase> {
    return showRow(work, UseCase, 'use case', { id });
  }

  list(work: Work, request: PageRequest): Promise<Page<UseCase>> {
    return readPage(work, UseCase, request);
  }

  async create(work: Work, input: CreateUseCaseInput): Promise<UseCase> {
    await refuseTaken(work, UseCase, 'use case', { name: input.name });
    return insertRow(work.manager, UseCase, { workspaceId: work.workspaceId, ...valuesOf(input) });
  }

  async retire(work: Work, id: string): Promise<UseCase> {
    return moveUseCase(work, await lockRow(work, UseCase, 'use case', { id }), ({ status }) => ({
      status: nextUseCaseStatus(status, 'RETIRED'),
      statusBeforeReview: null,
    }));
  }

  /** A use case has one goal: setting it again replaces it. */
  async setGoal(work: Work, input: SetBusinessGoalInput): Promise<BusinessGoal> {
    const { manager, workspaceId } = work;
    const useCase = await activeUseCase(work, input.useCaseId);
    const metric = await findRow(work, Metric, 'metric', { id: input.metricId });
    if (metric.useCaseId !== useCase.id) {
      throw new MillraceError('BAD_INPUT', `input.metricId: the metric "${metric.name}" belongs to another use case.`, {
        fields: { path: 'input.metricId', metricId: metric.id },
      });
    }
    const goal = await manager.findOneBy(BusinessGoal, { workspaceId, useCaseId: useCase.id });
    if (goal === null) return insertRow(manager, BusinessGoal, { workspaceId, ...valuesOf(input) });
    return manager.save(Object.assign(goal, input));
  }

  /** The use case now, and again after every committed change of it or of its goal, milestones, observations and reviews. */
  async follow({ work, loaders }: Followed, id: string): Promise<AsyncIterable<UseCase>> {
    await this.find(work, id);
    const concerns = (change: Change): boolean => change.useCaseId === id || (change.table === 'use_case' && change.id === id);
    return followRow({ changes: this.#changes, concerns, load: () => loaders.parent(UseCase, id), isLast: () => false });
  }
}

import { MillraceError } from '@millrace/contracts';
import { Milestone, openReview, recordMilestones, StrategyReview } from '@millrace/db';
import { endReview } from '@millrace/domain';
import type { CreateMilestoneInput, MilestoneService } from '#features/milestones';
import type { Work } from '../../context/work.ts';
import { activeUseCase } from '../../lifecycle/active-use-case.ts';
import { moveUseCase } from '../../lifecycle/move-use-case.ts';
import { findRow, lockRow } from '../../loading/scoped-rows.ts';
import type { DecideStrategyReviewInput, OpenStrategyReviewInput } from './strategy-review.inputs.ts';

/** Strategy reviews that people open, and the decisions that end any of them. */
export class StrategyReviewService {
  readonly #milestones: MilestoneService;

  constructor(collaborators: { readonly milestones: MilestoneService }) {
    this.#milestones = collaborators.milestones;
  }

  async open(work: Work, { useCaseId, reason }: OpenStrategyReviewInput): Promise<StrategyReview> {
    const review = await openReview(work.manager, await activeUseCase(work, useCaseId), { reason });
    // Only a review of a milestone can be open already.
    if (review === undefined) throw new MillraceError('INTERNAL', `No strategy review was opened in ${useCaseId}.`);
    return review;
  }

  /** Records the decision. The last open review that is decided ends the state `UNDER_REVIEW`; STOP ends all of them and retires the use case. */
  async decide(work: Work, input: DecideStrategyReviewInput): Promise<StrategyReview> {
    const { useCaseId } = await findRow(work, StrategyReview, 'strategy review', { id: input.id });
    const useCase = await activeUseCase(work, useCaseId);
    const review = await lockRow(work, StrategyReview, 'strategy review', { id: input.id });
    if (review.status !== 'OPEN') {
      throw new MillraceError('ILLEGAL_TRANSITION', `The strategy review ${review.id} was decided already: ${review.decision ?? ''}. Open a new one.`, {
        fields: { from: review.status, to: 'DECIDED' },
      });
    }
    await this.#record(work, review, input);
    if (input.decision === 'STOP') await this.#decideOthers(work, review);
    if (input.decision === 'ADJUST') await this.#replaceMilestones(work, review, input.milestones ?? []);
    const stillOpen = await work.manager.countBy(StrategyReview, { useCaseId, status: 'OPEN' });
    if (stillOpen === 0 && useCase.status === 'UNDER_REVIEW') await moveUseCase(work, useCase, (state) => endReview(state, input.decision));
    if (input.decision === 'ADJUST') await recordMilestones(work.manager, useCaseId);
    return review;
  }

  async #record(
    { manager, caller }: Work,
    review: StrategyReview,
    { decision, note }: { decision: DecideStrategyReviewInput['decision']; note: string },
  ): Promise<void> {
    await manager.save(
      manager.merge(StrategyReview, review, { status: 'DECIDED', decision, decisionNote: note, decidedBy: caller.tokenId, decidedAt: new Date() }),
    );
  }

  async #decideOthers(work: Work, decided: StrategyReview): Promise<void> {
    const others = await work.manager.findBy(StrategyReview, { useCaseId: decided.useCaseId, status: 'OPEN' });
    for (const other of others) await this.#record(work, other, { decision: 'STOP', note: `Decided together with ${decided.id}.` });
  }

  async #replaceMilestones(work: Work, review: StrategyReview, milestones: readonly CreateMilestoneInput[]): Promise<void> {
    if (review.milestoneId !== null) await work.manager.update(Milestone, { id: review.milestoneId }, { retiredAt: new Date() });
    for (const [index, milestone] of milestones.entries()) {
      if (milestone.useCaseId !== review.useCaseId) {
        const path = `input.milestones.${index}.useCaseId`;
        throw new MillraceError('BAD_INPUT', `${path}: the review is about ${review.useCaseId}, not ${milestone.useCaseId}.`, { fields: { path } });
      }
      await this.#milestones.add(work, milestone);
    }
  }
}

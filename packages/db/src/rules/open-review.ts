import { newId } from '@millrace/contracts';
import { putUnderReview } from '@millrace/domain';
import type { EntityManager } from 'typeorm';
import type { Milestone } from '../entities/milestone.entity.ts';
import { StrategyReview } from '../entities/strategy-review.entity.ts';
import { UseCase } from '../entities/use-case.entity.ts';
import { reviewEvidence } from './review-evidence.ts';

/** Only one review of a milestone is open at a time. */
const INSERT = `
  INSERT INTO strategy_review (id, workspace_id, use_case_id, milestone_id, reason, evidence) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (milestone_id) WHERE status = 'OPEN' AND milestone_id IS NOT NULL DO NOTHING RETURNING id`;

/**
 * Opens a strategy review with the evidence of this moment and puts the use case under review, in the transaction of the caller.
 * @returns `undefined` when a review of the milestone is open already
 * @throws MillraceError `ILLEGAL_TRANSITION` when the use case is retired
 */
export async function openReview(
  manager: EntityManager,
  useCase: UseCase,
  { reason, milestone }: { readonly reason: string; readonly milestone?: Milestone },
): Promise<StrategyReview | undefined> {
  const state = putUnderReview(useCase);
  const evidence = JSON.stringify(await reviewEvidence(manager, useCase.id, milestone));
  const [row]: { id: string }[] = await manager.query(INSERT, [
    newId('strategyReview'),
    useCase.workspaceId,
    useCase.id,
    milestone?.id ?? null,
    reason,
    evidence,
  ]);
  if (row === undefined) return undefined;
  if (state.status !== useCase.status) await manager.update(UseCase, { id: useCase.id }, { ...state });
  Object.assign(useCase, state);
  return manager.findOneByOrFail(StrategyReview, { id: row.id });
}

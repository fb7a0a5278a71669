import { UseCase } from '@millrace/db';
import { advanceUseCase, type UseCaseState } from '@millrace/domain';
import type { Work } from '../context/work.ts';
import { lockRow } from '../loading/scoped-rows.ts';

/** Writes the state that a rule of the domain makes of a use case. The row must be locked by the caller's transaction. */
export async function moveUseCase({ manager }: Work, useCase: UseCase, rule: (state: UseCaseState) => UseCaseState): Promise<UseCase> {
  const { status, statusBeforeReview } = rule(useCase);
  if (status === useCase.status && statusBeforeReview === useCase.statusBeforeReview) return useCase;
  return manager.save(manager.merge(UseCase, useCase, { status, statusBeforeReview }));
}

/** Work that begins moves its use case forward, never back. Fails with `ILLEGAL_TRANSITION` if the use case is retired. */
export async function advance(work: Work, useCaseId: string, to: 'ASSESSING' | 'BUILDING'): Promise<UseCase> {
  return moveUseCase(work, await lockRow(work, UseCase, 'use case', { id: useCaseId }), (state) => advanceUseCase(state, to));
}

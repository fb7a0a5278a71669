import { MillraceError } from '@millrace/contracts';
import { UseCase } from '@millrace/db';
import type { Work } from '../context/work.ts';
import { lockRow } from '../loading/scoped-rows.ts';

/** The use case, locked, if it still goes on. Fails with `ILLEGAL_TRANSITION` if it is retired. */
export async function activeUseCase(work: Work, id: string): Promise<UseCase> {
  const useCase = await lockRow(work, UseCase, 'use case', { id });
  if (useCase.status === 'RETIRED') {
    throw new MillraceError('ILLEGAL_TRANSITION', `The use case "${useCase.name}" is retired: nothing new begins in it.`, {
      fields: { useCaseId: id, from: useCase.status },
    });
  }
  return useCase;
}

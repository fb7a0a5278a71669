import { Environment, insertRow } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { readPage, refuseTaken, showRow } from '../../loading/scoped-rows.ts';
import type { CreateEnvironmentInput } from './environment.inputs.ts';

/** Places to serve from. */
export class EnvironmentService {
  find(work: Work, name: string): Promise<Environment> {
    return showRow(work, Environment, 'environment', { name });
  }

  list(work: Work, request: PageRequest): Promise<Page<Environment>> {
    return readPage(work, Environment, request);
  }

  async create(work: Work, { name, policy }: CreateEnvironmentInput): Promise<Environment> {
    await refuseTaken(work, Environment, 'environment', { name });
    return insertRow(work.manager, Environment, { workspaceId: work.workspaceId, name, policy });
  }
}

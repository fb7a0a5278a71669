import { DataSourceEntity, insertRow } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { readPage, refuseTaken } from '../../loading/scoped-rows.ts';
import { valuesOf } from '../../validation/checked.ts';
import type { CreateDataSourceInput } from './data-source.inputs.ts';

/** Connections to where data comes from. Whether a file is there is found out by the job that reads it. */
export class DataSourceService {
  list(work: Work, request: PageRequest): Promise<Page<DataSourceEntity>> {
    return readPage(work, DataSourceEntity, request);
  }

  async create(work: Work, input: CreateDataSourceInput): Promise<DataSourceEntity> {
    await refuseTaken(work, DataSourceEntity, 'data source', { name: input.name });
    return insertRow(work.manager, DataSourceEntity, { workspaceId: work.workspaceId, ...valuesOf(input) });
  }
}

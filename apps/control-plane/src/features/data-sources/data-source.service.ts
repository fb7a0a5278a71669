import { foreignReadingMembers, MillraceError } from '@millrace/contracts';
import { DataSourceEntity, insertRow } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { lockRow, readPage, refuseTaken } from '../../loading/scoped-rows.ts';
import { valuesOf } from '../../validation/checked.ts';
import type { CreateDataSourceInput, SetReadingDefinitionInput } from './data-source.inputs.ts';

/** Connections to where data comes from. Whether a file is there is found out by the job that reads it. */
export class DataSourceService {
  list(work: Work, request: PageRequest): Promise<Page<DataSourceEntity>> {
    return readPage(work, DataSourceEntity, request);
  }

  async create(work: Work, input: CreateDataSourceInput): Promise<DataSourceEntity> {
    await refuseTaken(work, DataSourceEntity, 'data source', { name: input.name });
    return insertRow(work.manager, DataSourceEntity, { workspaceId: work.workspaceId, ...valuesOf(input) });
  }

  /** Runs that start from now on read the files by the new definition. */
  async setReading(work: Work, { dataSourceId, reading }: SetReadingDefinitionInput): Promise<DataSourceEntity> {
    const source = await lockRow(work, DataSourceEntity, 'data source', { id: dataSourceId });
    const [foreign] = foreignReadingMembers(source.format, reading);
    if (foreign !== undefined) {
      const path = `input.reading.${foreign}`;
      throw new MillraceError('BAD_INPUT', `${path}: has no meaning for ${source.format} files, which the data source "${source.name}" has.`, {
        fields: { path, format: source.format },
      });
    }
    source.reading = valuesOf(reading);
    return work.manager.save(source);
  }
}

import { Dataset, DatasetVersion } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { readPage, showRow } from '../../loading/scoped-rows.ts';

/** Tables of the lakehouse and their versions. Pipeline runs make them; they are only read here. */
export class DatasetService {
  find(work: Work, name: string): Promise<Dataset> {
    return showRow(work, Dataset, 'dataset', { name });
  }

  list(work: Work, request: PageRequest): Promise<Page<Dataset>> {
    return readPage(work, Dataset, request);
  }

  findVersion(work: Work, id: string): Promise<DatasetVersion> {
    return showRow(work, DatasetVersion, 'dataset version', { id });
  }
}

import { AuditEvent } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { readPage } from '../../loading/scoped-rows.ts';

/** Who changed what. Written where mutations pass (`commands/`), only read here. */
export class AuditEventService {
  list(work: Work, request: PageRequest): Promise<Page<AuditEvent>> {
    return readPage(work, AuditEvent, request);
  }
}

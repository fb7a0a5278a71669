import { MoreThan, type EntityManager } from 'typeorm';
import { JobLogLine } from '../entities/job-log-line.entity.ts';
import { checkPage, toPage, type Page, type PageRequest } from './page.queries.ts';

/** One page of the log of a job, oldest line first. */
export async function pageOfJobLog(manager: EntityManager, jobId: string, request: PageRequest): Promise<Page<JobLogLine>> {
  const { first, after } = checkPage(request);
  const beyond = after === undefined ? {} : { id: MoreThan(after) };
  return toPage(await manager.find(JobLogLine, { where: { jobId, ...beyond }, order: { id: 'ASC' }, take: first + 1 }), first);
}

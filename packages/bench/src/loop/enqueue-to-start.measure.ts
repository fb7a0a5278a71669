import type { Millrace } from '@millrace/sdk';
import { quantile, type Measure } from '../measure.ts';

const JOBS = 60;

/** Assessments, one after the other on a warm worker: from the row's commit to the lease, both by the clock of the database. */
export async function measureEnqueueToStart(millrace: Millrace): Promise<Measure> {
  const [useCase] = (await millrace.useCases.list().page()).nodes;
  const [source] = (await millrace.dataSources.list().page()).nodes;
  if (useCase === undefined || source === undefined) throw new Error('The quickstart left no use case or no data source.');
  const requirement = await millrace.dataRequirements.create({
    useCaseId: useCase.id,
    name: `bench ${Date.now()}`,
    definition: { columns: [{ name: 'delay', type: 'long' }], minimumRows: 1 },
  });
  const waits: number[] = [];
  for (let index = 0; index < JOBS; index++) {
    const assessment = await millrace.dataRequirements.assess(requirement.id, { dataSourceId: source.id });
    await assessment.wait({ timeoutSeconds: 60 });
    const job = await millrace.jobs.get(assessment.jobId);
    waits.push(Date.parse(job.startedAt ?? '') - Date.parse(job.createdAt));
  }
  return {
    what: 'enqueue to start on a warm worker, p95',
    value: quantile(waits, 0.95),
    unit: 'ms',
    bar: { atMost: 50 },
    peer: { what: 'the median of the same jobs', value: quantile(waits, 0.5), unit: 'ms' },
  };
}

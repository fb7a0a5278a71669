import type { AvailabilityAssessment, DataSource } from '@millrace/sdk';
import type { Story } from '../story.ts';

export interface AssessedData {
  readonly dataSource: DataSource;
  readonly assessment: AvailabilityAssessment;
}

/** Step 2: is the data there? Asked before anything is built. */
export async function assessTheData({ millrace, reporter, names, dataFile, options }: Story, useCaseId: string): Promise<AssessedData> {
  reporter.step('Data: is what we need there?');
  const dataSource = await millrace.dataSources.create({ name: names.dataSource, format: 'PARQUET', uri: dataFile });
  const requirement = await millrace.dataRequirements.create({
    useCaseId,
    name: 'flights with their outcome',
    definition: {
      columns: [
        { name: 'date', type: 'timestamp', maximumNullRate: 0 },
        { name: 'delay', type: 'long', maximumNullRate: 0.01 },
        { name: 'distance', type: 'long', maximumNullRate: 0.01 },
        { name: 'origin', type: 'string', maximumNullRate: 0 },
        { name: 'destination', type: 'string', maximumNullRate: 0 },
      ],
      label: 'delay',
      minimumRows: options.minimumRows,
      timeColumn: 'date',
      historyDays: 180,
      segments: [{ column: 'origin', values: ['ATL', 'ORD', 'DFW', 'LAX'], minimumRows: Math.ceil(options.minimumRows / 100) }],
    },
  });
  const bar = reporter.progress(`Assessing "${requirement.name}" against ${dataSource.name}`);
  const handle = await millrace.dataRequirements.assess(requirement.id, { dataSourceId: dataSource.id });
  const assessment = await handle.wait({ timeoutSeconds: 300, onProgress: ({ progress, note }) => bar.update(progress, note ?? '') });
  bar.done(`verdict ${assessment.verdict}, ${assessment.rows?.toLocaleString('en')} rows`);
  reporter.table([
    ['requirement', 'subject', 'measured', 'needed', 'met'],
    ...assessment.findings.map(({ requirement: what, subject, measured, needed, met, severity }) => [
      what,
      subject,
      measured,
      needed,
      met ? 'yes' : severity === 'HINT' ? 'hint' : 'no',
    ]),
  ]);
  if (assessment.verdict === 'MISSING') throw new Error('the data that the use case needs is not there; see the findings');
  return { dataSource, assessment };
}

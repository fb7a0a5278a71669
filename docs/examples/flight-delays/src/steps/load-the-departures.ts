import type { DatasetVersion, JobHandle, Pipeline, PipelineDefinitionInput, PipelineRun } from '@millrace/sdk';
import { MONTHS, monthInterval } from '../calendar.ts';
import { featuresSql } from '../flight-features.ts';
import type { Story } from '../story.ts';

export interface LoadedDepartures {
  readonly datasetVersion: DatasetVersion;
  readonly rowsLoaded: number;
  readonly rowsQuarantined: number;
}

const RERUN = '2001-03';

/** Step 3: month by month into the lakehouse, what is odd into quarantine; and one month again, to see that nothing doubles. */
export async function loadTheDepartures(story: Story, useCaseId: string, dataSourceId: string): Promise<LoadedDepartures> {
  const { millrace, reporter, names } = story;
  reporter.step('ETL: extract, transform, expect, load');
  const pipeline = await millrace.pipelines.create({ name: names.pipeline, useCaseId, definition: definitionOf(story, dataSourceId) });
  const runs = await runMonths(story, pipeline, MONTHS);
  const rowsLoaded = sum(runs.map((run) => run.rowsLoaded));
  const rowsQuarantined = sum(runs.map((run) => run.rowsQuarantined));
  reporter.table([
    ['month', 'loaded', 'quarantined', 'violated expectations'],
    ...runs.map((run) => [run.intervalStart.slice(0, 7), count(run.rowsLoaded), count(run.rowsQuarantined), violations(run)]),
  ]);
  const before = await latestVersion(story);
  const [again] = await runMonths(story, pipeline, [RERUN]);
  const datasetVersion = await latestVersion(story);
  reporter.message(
    `${RERUN} ran again: ${count(again?.rowsLoaded)} rows replaced; the table has ${count(datasetVersion.rows)} rows, before it had ${count(before.rows)}.`,
  );
  if (datasetVersion.rows !== before.rows) throw new Error(`the rerun changed the number of rows from ${before.rows} to ${datasetVersion.rows}`);
  return { datasetVersion, rowsLoaded, rowsQuarantined };
}

function definitionOf({ names, options }: Story, dataSourceId: string): PipelineDefinitionInput {
  return {
    sources: [{ name: 'flights', dataSourceId, columns: ['date', 'delay', 'distance', 'origin', 'destination'] }],
    transform: featuresSql('flights', '$interval_start', '$interval_end'),
    expectations: [
      { name: 'outcome_is_known', kind: 'notNull', column: 'late', severity: 'FAIL' },
      { name: 'delay_is_plausible', kind: 'between', column: 'delay', minimum: -60, maximum: 1_440, severity: 'QUARANTINE' },
      { name: 'distance_is_a_route', kind: 'between', column: 'distance', minimum: 30, maximum: 5_000, severity: 'QUARANTINE' },
      { name: 'goes_somewhere_else', kind: 'expression', sql: 'origin <> destination', severity: 'QUARANTINE' },
      { name: 'under_ten_hours_late', kind: 'between', column: 'delay', maximum: 600, severity: 'WARN' },
      { name: 'month_is_complete', kind: 'rowCount', minimum: Math.floor(options.minimumRows / 12), severity: 'FAIL' },
    ],
    dataset: names.dataset,
    partitionBy: ['month'],
  };
}

async function runMonths({ millrace, reporter }: Story, pipeline: Pipeline, months: readonly string[]): Promise<PipelineRun[]> {
  const bar = reporter.progress(months.length === 1 ? `Running ${months[0]} again` : `Running ${months.length} months`);
  const handles = await millrace.pipelines.run(pipeline.id, months.map(monthInterval));
  const fractions = handles.map(() => 0);
  const wait = (handle: JobHandle<PipelineRun>, index: number): Promise<PipelineRun> =>
    handle.wait({
      timeoutSeconds: 600,
      onProgress: ({ progress, note, status }) => {
        fractions[index] = status === 'SUCCEEDED' ? 1 : progress;
        bar.update(sum(fractions) / months.length, `${months[index]} ${note ?? ''}`);
      },
    });
  const runs = await Promise.all(handles.map(wait));
  bar.done(`${count(sum(runs.map((run) => run.rowsLoaded)))} rows loaded`);
  return runs;
}

async function latestVersion({ millrace, names }: Story): Promise<DatasetVersion> {
  const { latestVersion: version } = await millrace.datasets.get(names.dataset);
  if (version === null) throw new Error(`dataset ${names.dataset} has no version`);
  return version;
}

function violations({ expectations }: PipelineRun): string {
  const violated = (Array.isArray(expectations) ? expectations : []).filter((each: { violations: number }) => each.violations > 0);
  return violated.map((each: { name: string; violations: number }) => `${each.name}: ${each.violations}`).join(', ') || '–';
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function count(value: number | null | undefined): string {
  return value?.toLocaleString('en') ?? '?';
}

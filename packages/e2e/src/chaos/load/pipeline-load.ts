import type { Millrace } from '@millrace/sdk';
import type { ChaosWorld } from '../chaos-world.ts';
import { decideFate } from './fates.ts';
import type { ChaosSubjects } from './prepare-load.ts';

export const NUMBERS = 'numbers';
const MONTHS = 6;
const ROWS_PER_MONTH = 28;
/** In each month one row is set aside. */
export const LOADED_PER_MONTH = ROWS_PER_MONTH - 1;

const ROWS = Array.from({ length: MONTHS * ROWS_PER_MONTH }, (_, row) => {
  const at = new Date(Date.UTC(2001, Math.floor(row / ROWS_PER_MONTH), 1 + (row % ROWS_PER_MONTH)));
  return `${at.toISOString().slice(0, 10)} 00:00:00,${row % ROWS_PER_MONTH}`;
});
export const NUMBERS_CSV = `day,n\n${ROWS.join('\n')}\n`;

/** A pipeline with one row of each month for the quarantine. */
export async function createNumbersPipeline(millrace: Millrace, sources: string): Promise<string> {
  const source = await millrace.dataSources.create({ name: NUMBERS, format: 'CSV', uri: `${sources}/${NUMBERS}.csv` });
  const { id } = await millrace.pipelines.create({
    name: NUMBERS,
    definition: {
      sources: [{ name: NUMBERS, dataSourceId: source.id }],
      transform: `SELECT day, n FROM ${NUMBERS} WHERE day >= $interval_start AND day < $interval_end`,
      expectations: [{ name: 'not_the_last', kind: 'between', column: 'n', maximum: LOADED_PER_MONTH - 1, severity: 'QUARANTINE' }],
      dataset: NUMBERS,
    },
  });
  return id;
}

/** Loads one month, again and again. */
export async function loadMonth(world: ChaosWorld, { pipelineId }: ChaosSubjects): Promise<void> {
  const month = Math.floor(world.random() * MONTHS);
  const interval = { start: new Date(Date.UTC(2001, month, 1)), end: new Date(Date.UTC(2001, month + 1, 1)) };
  const [run] = await world.system.millrace.pipelines.run(pipelineId, [interval]);
  if (run === undefined) return;
  world.seen.pipelineRuns.push(run.id);
  await decideFate(world, run.jobId);
}

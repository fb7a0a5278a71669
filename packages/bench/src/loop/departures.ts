import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipelineDefinitionSchema } from '@millrace/contracts';
import { featuresSql, MONTHS, monthInterval, vegaFlightsFile } from '@millrace/example-flight-delays';
import { runInterval, SqlEngine } from '@millrace/lakehouse';

/** The pipeline of the flights example: its SQL, three expectations that quarantine, a partition a month. */
const DEPARTURES = pipelineDefinitionSchema.parse({
  sources: [{ name: 'flights', dataSourceId: 'src_flights' }],
  transform: featuresSql('flights', '$interval_start', '$interval_end'),
  expectations: [
    { name: 'delay_is_plausible', kind: 'between', column: 'delay', minimum: -60, maximum: 1440, severity: 'QUARANTINE' },
    { name: 'distance_is_a_route', kind: 'between', column: 'distance', minimum: 30, maximum: 5000, severity: 'QUARANTINE' },
    { name: 'goes_somewhere_else', kind: 'expression', sql: 'origin <> destination', severity: 'QUARANTINE' },
  ],
  dataset: 'departures',
  partitionBy: ['month'],
});

/** Loads the six months into a Delta table below `folder`, one interval after the other. Returns the rows that were extracted. */
export async function loadDepartures(folder: string): Promise<number> {
  const engine = new SqlEngine({
    memoryLimit: '1GB',
    threads: 2,
    temporaryFolder: join(tmpdir(), 'millrace-bench-duckdb'),
    temporaryLimit: '4GB',
    timeoutMilliseconds: 600_000,
    jobsPerProcess: 50,
  });
  const file = vegaFlightsFile();
  let rows = 0;
  try {
    for (const [index, month] of MONTHS.entries()) {
      const result = await runInterval(
        {
          folder,
          pipeline: 'departures',
          pipelineRunId: `prun_${index}`,
          sequence: 1,
          attempt: 1,
          interval: monthInterval(month),
          definition: DEPARTURES,
          sources: [{ name: 'flights', format: 'PARQUET', uri: file }],
          sourceRoots: [join(file, '..')],
        },
        { engine },
      );
      rows += result.rowsExtracted;
    }
    return rows;
  } finally {
    engine.close();
  }
}

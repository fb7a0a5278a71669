import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Millrace, ServingOptionsInput } from '@millrace/sdk';

const ROWS = 2000;
const AIRPORTS = ['SFO', 'JFK', 'ORD'];
const HOUR = 3_600_000;
const START = Date.UTC(2001, 0, 1);

/** The name of the endpoint, and of the file, the dataset and the model behind it. */
export const SMALL_ENDPOINT = 'small_flights';

/** A file of flights that are late when they are long and do not start at SFO, into a folder that pipelines may read. */
export async function writeSmallFlights(folder: string): Promise<void> {
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const origin = AIRPORTS[row % AIRPORTS.length] ?? '';
    const distance = (row * 7919) % 3000;
    return [new Date(START + row * HOUR).toISOString(), origin, distance, origin !== 'SFO' && distance > 1500 ? 1 : 0].join(',');
  });
  await writeFile(join(folder, `${SMALL_ENDPOINT}.csv`), `departed_at,origin,distance,late\n${lines.join('\n')}\n`, { mode: 0o644 });
}

/** From that file to an endpoint that has all of its traffic on one trained model version, served as `serving` says, by the SDK alone. */
export async function releaseSmallEndpoint(millrace: Millrace, folder: string, serving: ServingOptionsInput = {}): Promise<void> {
  const name = SMALL_ENDPOINT;
  const useCase = await millrace.useCases.create({ name, problem: 'Other clients want to ask, too.' });
  const source = await millrace.dataSources.create({ name, format: 'CSV', uri: join(folder, `${name}.csv`) });
  const transform =
    'SELECT departed_at, origin, CAST(distance AS BIGINT) AS distance, CAST(late AS INTEGER) AS late FROM flights WHERE departed_at >= $interval_start AND departed_at < $interval_end';
  const pipeline = await millrace.pipelines.create({
    name,
    useCaseId: useCase.id,
    definition: { sources: [{ name: 'flights', dataSourceId: source.id }], transform, dataset: name },
  });
  const [run] = await millrace.pipelines.run(pipeline.id, [{ start: new Date(START), end: new Date(START + ROWS * HOUR) }]);
  await run?.wait({ timeoutSeconds: 60 });
  const { latestVersion } = await millrace.datasets.get(name);
  const experiment = await millrace.experiments.create({ useCaseId: useCase.id, name });
  const training = await millrace.trainingRuns.start({
    experimentId: experiment.id,
    datasetVersionId: latestVersion?.id ?? '',
    spec: {
      trainer: 'gradient-boosted-trees',
      features: ['origin', 'distance'],
      label: 'late',
      parameters: { trees: 10 },
      split: { kind: 'time', timeColumn: 'departed_at', validationStart: new Date(START + ROWS * 0.8 * HOUR).toISOString() },
    },
  });
  await training.wait({ timeoutSeconds: 60 });
  const version = await millrace.models.register({ trainingRunId: training.id, model: name });
  await millrace.models.configureServing(name, serving);
  // Nobody asks the endpoint before it is released, so a canary would show nothing.
  await millrace.environments.create({ name: 'production', policy: { canarySteps: [] } });
  const endpoint = await millrace.endpoints.create({ name, environment: 'production', useCaseId: useCase.id });
  await (await millrace.releases.start({ endpointId: endpoint.id, modelVersionId: version.id })).waitUntilPromoted({ timeoutSeconds: 90 });
}

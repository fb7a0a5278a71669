import type { ChaosWorld } from '../chaos-world.ts';
import { decideFate } from './fates.ts';
import type { ChaosSubjects } from './prepare-load.ts';

export const SCORES = 'scores';

/** Scores the flights, every time into the same dataset. */
export async function scoreFlights(world: ChaosWorld, { flightsVersionId, modelVersionIds }: ChaosSubjects): Promise<void> {
  const modelVersionId = modelVersionIds[Math.floor(world.random() * modelVersionIds.length)] ?? '';
  const run = await world.system.millrace.scoring.create({
    modelVersionId,
    datasetVersionId: flightsVersionId,
    outputDataset: SCORES,
    keyColumns: ['departed_at'],
  });
  world.seen.scoringRuns.push(run.id);
  await decideFate(world, run.jobId);
}

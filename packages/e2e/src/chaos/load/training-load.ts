import type { TrainingRunHandle } from '@millrace/sdk';
import type { ChaosWorld } from '../chaos-world.ts';
import { decideFate } from './fates.ts';
import type { ChaosSubjects } from './prepare-load.ts';

/** Trains a small model, with another seed each time, and lets it be cancelled. */
export async function trainAgain(world: ChaosWorld, subjects: ChaosSubjects): Promise<void> {
  const run = await startTraining(world, subjects);
  world.seen.trainingRuns.push(run.id);
  await decideFate(world, run.jobId);
}

/** Starts to train a small model. */
export function startTraining(
  { system, random }: ChaosWorld,
  { experimentId, flightsVersionId }: Pick<ChaosSubjects, 'experimentId' | 'flightsVersionId'>,
): Promise<TrainingRunHandle> {
  return system.millrace.trainingRuns.start({
    experimentId,
    datasetVersionId: flightsVersionId,
    spec: {
      trainer: 'gradient-boosted-trees',
      features: ['origin', 'distance'],
      label: 'late',
      seed: Math.floor(random() * 1000),
      parameters: { trees: 10 },
      split: { kind: 'time', timeColumn: 'departed_at', validationStart: '2001-03-08T00:00:00Z' },
    },
  });
}

import { ScoringRun } from '@millrace/db';
import { buildDataset, buildDatasetVersion } from './data.builders.ts';
import { buildJob } from './job.builders.ts';
import { buildModelVersion } from './science.builders.ts';
import { build, type Overrides, type TestWorkspace } from './workspace.ts';

/** A run that has not begun, over a dataset version that has the columns of the sample signature. */
export async function buildScoringRun(workspace: TestWorkspace, overrides: Overrides<ScoringRun> = {}): Promise<ScoringRun> {
  const modelVersionId = overrides.modelVersionId ?? (await buildModelVersion(workspace)).id;
  const datasetVersionId = overrides.datasetVersionId ?? (await buildScorableVersion(workspace)).id;
  const outputDatasetId = overrides.outputDatasetId ?? (await buildDataset(workspace, { schema: [] })).id;
  const jobId = overrides.jobId ?? (await buildJob(workspace, { queue: 'scoring', name: 'run-scoring', payload: { scoringRunId: 'srun_unknown' } })).id;
  return build(workspace, ScoringRun, { ...overrides, modelVersionId, datasetVersionId, outputDatasetId, jobId });
}

function buildScorableVersion(workspace: TestWorkspace): ReturnType<typeof buildDatasetVersion> {
  const schema = [
    { name: 'flight_id', type: 'string' as const, nullable: false },
    { name: 'distance', type: 'double' as const, nullable: false },
  ];
  return buildDatasetVersion(workspace, { schema });
}

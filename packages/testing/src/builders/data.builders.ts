import { AvailabilityAssessment, DataRequirement, Dataset, DatasetVersion, DataSourceEntity, Pipeline, PipelineRun } from '@millrace/db';
import { samplePipelineDefinition } from './definitions.ts';
import { buildJob } from './job.builders.ts';
import { buildUseCase } from './product.builders.ts';
import { build, uniqueName, type Overrides, type TestWorkspace } from './workspace.ts';

export function buildDataSource(workspace: TestWorkspace, overrides: Overrides<DataSourceEntity> = {}): Promise<DataSourceEntity> {
  return build(workspace, DataSourceEntity, { name: uniqueName('source'), format: 'PARQUET', uri: '/data/flights.parquet', ...overrides });
}

export function buildDataset(workspace: TestWorkspace, overrides: Overrides<Dataset> = {}): Promise<Dataset> {
  const name = overrides.name ?? uniqueName('dataset').replace('-', '_');
  const schema = [
    { name: 'distance', type: 'double' as const, nullable: false },
    { name: 'late', type: 'integer' as const, nullable: false },
  ];
  return build(workspace, Dataset, { name, location: `${workspace.id}/${name}`, schema, partitionBy: [], ...overrides });
}

export async function buildDatasetVersion(workspace: TestWorkspace, overrides: Overrides<DatasetVersion> = {}): Promise<DatasetVersion> {
  const datasetId = overrides.datasetId ?? (await buildDataset(workspace)).id;
  return build(workspace, DatasetVersion, {
    deltaVersion: 0,
    rows: 1000,
    bytes: 10_000,
    schema: [],
    lineage: { pipelineRunId: '', sources: [], transform: '' },
    ...overrides,
    datasetId,
  });
}

export async function buildDataRequirement(workspace: TestWorkspace, overrides: Overrides<DataRequirement> = {}): Promise<DataRequirement> {
  const useCaseId = overrides.useCaseId ?? (await buildUseCase(workspace)).id;
  const definition = { columns: [{ name: 'distance', type: 'double' as const }], minimumRows: 1 };
  return build(workspace, DataRequirement, { name: uniqueName('requirement'), definition, ...overrides, useCaseId });
}

export async function buildAvailabilityAssessment(
  workspace: TestWorkspace,
  overrides: Overrides<AvailabilityAssessment> = {},
): Promise<AvailabilityAssessment> {
  const dataRequirementId = overrides.dataRequirementId ?? (await buildDataRequirement(workspace)).id;
  const jobId = overrides.jobId ?? (await buildJob(workspace, { queue: 'etl', name: 'assess-availability' })).id;
  return build(workspace, AvailabilityAssessment, { ...overrides, dataRequirementId, jobId });
}

export async function buildPipeline(workspace: TestWorkspace, overrides: Overrides<Pipeline> = {}): Promise<Pipeline> {
  const definition = overrides.definition ?? samplePipelineDefinition((await buildDataSource(workspace)).id);
  return build(workspace, Pipeline, { name: uniqueName('pipeline'), ...overrides, definition });
}

export async function buildPipelineRun(workspace: TestWorkspace, overrides: Overrides<PipelineRun> = {}): Promise<PipelineRun> {
  const pipelineId = overrides.pipelineId ?? (await buildPipeline(workspace)).id;
  const jobId = overrides.jobId ?? (await buildJob(workspace, { queue: 'etl', name: 'run-pipeline' })).id;
  const interval = { intervalStart: new Date('2001-01-01T00:00:00Z'), intervalEnd: new Date('2001-02-01T00:00:00Z') };
  return build(workspace, PipelineRun, { ...interval, ...overrides, pipelineId, jobId });
}

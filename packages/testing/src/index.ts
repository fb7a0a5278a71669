export { startPostgres, type TestPostgres } from './start-postgres.ts';
export { createEmptyDatabase, createTestDatabase, type TestDatabase } from './test-database.ts';
export { redisUrl } from './redis-url.ts';
export { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
export { build, seedWorkspace, uniqueName, type Overrides, type TestWorkspace } from './builders/workspace.ts';
export { LedgerRoom } from './ledger-room.ts';
export { attemptOf, type AttemptOfLease } from './attempt-of.ts';
export { buildJob, buildMember, buildToken } from './builders/job.builders.ts';
export { buildBusinessGoal, buildMetric, buildMilestone, buildObservation, buildStrategyReview, buildUseCase } from './builders/product.builders.ts';
export {
  buildAvailabilityAssessment,
  buildDataRequirement,
  buildDataset,
  buildDatasetVersion,
  buildDataSource,
  buildPipeline,
  buildPipelineRun,
} from './builders/data.builders.ts';
export { buildEvaluation, buildExperiment, buildModel, buildModelVersion, buildTrainingRun } from './builders/science.builders.ts';
export { buildEndpoint, buildEnvironment, buildEnvironmentAssessment, buildNode, buildRelease, buildReleaseStep } from './builders/serving.builders.ts';
export { buildScoringRun } from './builders/scoring.builders.ts';
export { buildAlert, buildLabelBatch, buildMonitor, buildMonitorWindow, buildPredictionSegment } from './builders/monitoring.builders.ts';
export { samplePipelineDefinition, sampleReferenceProfile, sampleSignature, sampleTrainingSpec } from './builders/definitions.ts';
export { deferred, type Deferred } from './deferred.ts';
export { endpointOf, StandInControlPlane, type NodeReport } from './serving-node/stand-in-control-plane.ts';
export { startServingNode, type ServingNode, type ServingNodeOptions } from './serving-node/serving-node.ts';

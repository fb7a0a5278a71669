import { Endpoint, Environment, EnvironmentAssessment, Node, Release, ReleaseStep } from '@millrace/db';
import { sampleEnvironmentPolicy } from './definitions.ts';
import { buildJob } from './job.builders.ts';
import { buildUseCase } from './product.builders.ts';
import { buildModelVersion } from './science.builders.ts';
import { build, uniqueName, type Overrides, type TestWorkspace } from './workspace.ts';

export function buildEnvironment(workspace: TestWorkspace, overrides: Overrides<Environment> = {}): Promise<Environment> {
  return build(workspace, Environment, { name: uniqueName('environment'), policy: sampleEnvironmentPolicy, ...overrides });
}

export async function buildNode(workspace: TestWorkspace, overrides: Overrides<Node> = {}): Promise<Node> {
  const environmentId = overrides.environmentId ?? (await buildEnvironment(workspace)).id;
  return build(workspace, Node, {
    name: uniqueName('node'),
    url: 'http://127.0.0.1:1',
    executionProviders: ['cpu'],
    hardware: { cpus: 2 },
    nodeClass: 'cpu-2',
    ...overrides,
    environmentId,
  });
}

export async function buildEndpoint(workspace: TestWorkspace, overrides: Overrides<Endpoint> = {}): Promise<Endpoint> {
  const environmentId = overrides.environmentId ?? (await buildEnvironment(workspace)).id;
  const useCaseId = overrides.useCaseId ?? (await buildUseCase(workspace)).id;
  return build(workspace, Endpoint, { name: uniqueName('endpoint'), ...overrides, environmentId, useCaseId });
}

export async function buildEnvironmentAssessment(workspace: TestWorkspace, overrides: Overrides<EnvironmentAssessment> = {}): Promise<EnvironmentAssessment> {
  const environmentId = overrides.environmentId ?? (await buildEnvironment(workspace)).id;
  const modelVersionId = overrides.modelVersionId ?? (await buildModelVersion(workspace)).id;
  return build(workspace, EnvironmentAssessment, { nodeClass: 'cpu-2', ...overrides, environmentId, modelVersionId });
}

export async function buildRelease(workspace: TestWorkspace, overrides: Overrides<Release> = {}): Promise<Release> {
  const endpoint = overrides.endpointId === undefined ? await buildEndpoint(workspace, { environmentId: overrides.environmentId }) : undefined;
  const modelVersionId = overrides.modelVersionId ?? (await buildModelVersion(workspace)).id;
  const jobId = overrides.jobId ?? (await buildJob(workspace, { queue: 'deploy', name: 'advance-release', payload: { releaseId: 'rel_unknown' } })).id;
  const place = endpoint === undefined ? {} : { endpointId: endpoint.id, environmentId: endpoint.environmentId };
  return build(workspace, Release, { previousTraffic: [], ...place, ...overrides, modelVersionId, jobId });
}

export async function buildReleaseStep(workspace: TestWorkspace, overrides: Overrides<ReleaseStep> = {}): Promise<ReleaseStep> {
  const releaseId = overrides.releaseId ?? (await buildRelease(workspace)).id;
  return build(workspace, ReleaseStep, { sequence: 1, kind: 'artifact-loads', ...overrides, releaseId });
}

// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import {
  buildEndpoint,
  buildJob,
  buildModelVersion,
  buildRelease,
  buildReleaseStep,
  createTestDatabase,
  seedWorkspace,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AssignedVersion } from '../entities/assigned-version.entity.ts';
import { Endpoint } from '../entities/endpoint.entity.ts';
import { Environment } from '../entities/environment.entity.ts';
import { Release } from '../entities/release.entity.ts';
import { ReleaseStep } from '../entities/release-step.entity.ts';
import { insertRow } from '../insert-row.ts';
import { settleReleases } from './settle-releases.ts';

let database: TestDatabase;
let workspace: TestWorkspace;
beforeAll(async () => {
  database = await createTestDatabase();
  workspace = await seedWorkspace(database.dataSource);
});
afterAll(() => database.drop());

const jobOf = async (overrides: object): Promise<string> => (await buildJob(workspace, { queue: 'deploy', name: 'advance-release', ...overrides })).id;
const settle = (of: { endpointId?: string } = {}): Promise<number> => database.dataSource.transaction((manager) => settleReleases(manager, of));
const reload = ({ id }: Release): Promise<Release> => database.dataSource.manager.findOneByOrFail(Release, { id });

it('a release whose worker was lost in the canary for the last time gives its traffic back', async () => {
  const { manager } = database.dataSource;
  const live = await buildModelVersion(workspace);
  const candidate = await buildModelVersion(workspace);
  const endpoint = await buildEndpoint(workspace, {
    traffic: [
      { modelVersionId: candidate.id, weight: 10 },
      { modelVersionId: live.id, weight: 90 },
    ],
  });
  const { id: endpointId, environmentId } = endpoint;
  const previousTraffic = [{ modelVersionId: live.id, weight: 100 }];
  const error = { code: 'JOB_FAILED', message: 'The worker was lost.', retryable: false, fields: {} } as const;
  const release = await buildRelease(workspace, {
    endpointId,
    environmentId,
    modelVersionId: candidate.id,
    previousTraffic,
    status: 'CANARY',
    jobId: await jobOf({ status: 'FAILED', error }),
  });
  await buildReleaseStep(workspace, { releaseId: release.id, sequence: 5, kind: 'canary', status: 'RUNNING', evidence: { generation: 3 } });
  await insertRow(manager, AssignedVersion, { workspaceId: workspace.id, environmentId, modelVersionId: candidate.id, reason: 'RELEASE' });

  expect(await settle({ endpointId })).toBe(1);
  expect(await settle()).toBe(0);
  expect(await reload(release)).toMatchObject({ status: 'ROLLED_BACK', reason: 'The job of the release failed: The worker was lost.' });
  expect(await manager.findOneByOrFail(Endpoint, { id: endpointId })).toMatchObject({ traffic: previousTraffic });
  expect(await manager.findOneByOrFail(Environment, { id: environmentId })).toMatchObject({ generation: 1 });
  expect(await manager.countBy(AssignedVersion, { environmentId })).toBe(0);
  expect(await manager.find(ReleaseStep, { where: { releaseId: release.id }, order: { sequence: 'ASC' } })).toMatchObject([
    { kind: 'canary', status: 'FAILED', evidence: { generation: 3 } },
    { sequence: 6, kind: 'roll-back', status: 'PASSED', evidence: { traffic: previousTraffic } },
  ]);
});

it('a release that was cancelled before it had traffic is rejected; one whose job goes on, or that is decided, stays', async () => {
  const cancelled = await buildRelease(workspace, { jobId: await jobOf({ status: 'CANCELLED' }) });
  const goesOn = await buildRelease(workspace);
  const decided = await buildRelease(workspace, { status: 'PROMOTED', jobId: await jobOf({ status: 'FAILED' }) });
  expect(await settle()).toBe(1);
  expect([await reload(cancelled), await reload(goesOn), await reload(decided)].map(({ status }) => status)).toEqual(['REJECTED', 'PENDING', 'PROMOTED']);
});

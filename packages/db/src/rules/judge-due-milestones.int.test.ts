// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { buildMilestone, buildUseCase, createTestDatabase, seedWorkspace, type TestDatabase, type TestWorkspace } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Milestone } from '../entities/milestone.entity.ts';
import { StrategyReview } from '../entities/strategy-review.entity.ts';
import { judgeDueMilestones } from './judge-due-milestones.ts';

const DUE = new Date('2026-06-30T00:00:00Z');
const LATER = new Date('2026-07-01T00:00:00Z');
let database: TestDatabase;
let workspace: TestWorkspace;
beforeAll(async () => {
  database = await createTestDatabase();
  workspace = await seedWorkspace(database.dataSource);
});
afterAll(() => database.drop());

const statusOf = async ({ id }: Milestone): Promise<string> => (await database.dataSource.manager.findOneByOrFail(Milestone, { id })).status;

it('a milestone that came due without any observation is missed and opens one review, by the wall clock only', async () => {
  const wall = await buildUseCase(workspace, { clock: 'WALL', status: 'LIVE' });
  const replayed = await buildUseCase(workspace, { clock: 'EVENT', status: 'LIVE' });
  const due = await buildMilestone(workspace, { useCaseId: wall.id, dueAt: DUE });
  const notDue = await buildMilestone(workspace, { useCaseId: wall.id, dueAt: LATER });
  const ofReplay = await buildMilestone(workspace, { useCaseId: replayed.id, dueAt: DUE });

  expect(await judgeDueMilestones(database.dataSource, DUE)).toBe(0);
  await judgeDueMilestones(database.dataSource, LATER);
  expect([await statusOf(due), await statusOf(notDue), await statusOf(ofReplay)]).toEqual(['MISSED', 'PENDING', 'PENDING']);
  expect(await judgeDueMilestones(database.dataSource, LATER)).toBe(0);
  expect(await database.dataSource.manager.countBy(StrategyReview, { useCaseId: wall.id })).toBe(1);
});

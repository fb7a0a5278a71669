// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import {
  buildAvailabilityAssessment,
  buildDataRequirement,
  buildEndpoint,
  buildMetric,
  buildMilestone,
  buildModelVersion,
  buildObservation,
  buildUseCase,
  createTestDatabase,
  seedWorkspace,
  type TestDatabase,
  type TestWorkspace,
} from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Milestone } from '../entities/milestone.entity.ts';
import { StrategyReview } from '../entities/strategy-review.entity.ts';
import { UseCase } from '../entities/use-case.entity.ts';
import { recordMilestones, type MilestoneChange } from './move-milestones.ts';

const DUE = new Date('2001-07-01T00:00:00Z');
/** Nine weeks of the thirteen until the milestone is due. */
const WEEKS = ['04-01', '04-08', '04-15', '04-22', '04-29', '05-06', '05-13', '05-20', '05-27'];
const day = (text: string): Date => new Date(`2001-${text}T00:00:00Z`);

describe('recordMilestones', () => {
  let database: TestDatabase;
  let workspace: TestWorkspace;
  let useCaseId: string;
  let milestone: Milestone;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    workspace = await seedWorkspace(database.dataSource);
    useCaseId = (await buildUseCase(workspace, { clock: 'EVENT', status: 'LIVE' })).id;
    milestone = await buildMilestone(workspace, { useCaseId, name: 'Useful', comparator: 'GTE', threshold: 10, dueAt: DUE });
  });
  afterAll(() => database.drop());

  const observe = (at: string, value: number, metricId = milestone.metricId): Promise<unknown> =>
    buildObservation(workspace, { metricId, observedAt: day(at), value });
  const judge = (): Promise<MilestoneChange[]> => database.dataSource.transaction((manager) => recordMilestones(manager, useCaseId));
  const stored = (): Promise<Milestone> => database.dataSource.manager.findOneByOrFail(Milestone, { id: milestone.id });
  const reviews = (): Promise<StrategyReview[]> => database.dataSource.manager.findBy(StrategyReview, { useCaseId });
  const useCase = (): Promise<UseCase> => database.dataSource.manager.findOneByOrFail(UseCase, { id: useCaseId });

  it('writes the state, the forecast and a reason, and does so once', async () => {
    for (const [index, at] of WEEKS.entries()) await observe(at, 1.1 * index + (index % 2) / 20);
    expect(await judge()).toMatchObject([{ from: 'PENDING', to: 'ON_TRACK' }]);
    const written = await stored();
    expect(written).toMatchObject({ status: 'ON_TRACK', decidedAt: null, forecast: { level: 0.9 } });
    expect(written.forecast?.value).toBeCloseTo(1.1 * 13, 0);
    expect(written.forecast?.lower).toBeLessThan(written.forecast?.value ?? 0);
    expect(written.forecast?.upper).toBeGreaterThan(written.forecast?.value ?? 99);
    expect(await judge()).toEqual([]);
  });

  it('takes a forecast back when it does not hold any more', async () => {
    for (const [index, at] of WEEKS.entries()) await observe(at, 1.1 * index + (index % 2) / 20);
    await judge();
    await observe('06-03', 7);
    expect(await judge()).toMatchObject([{ from: 'ON_TRACK', to: 'PENDING' }]);
  });

  it('keeps a ratio between 0 and 1', async () => {
    const { id } = await buildMetric(workspace, { useCaseId, unit: 'ratio' });
    const strict = await buildMilestone(workspace, { useCaseId, metricId: id, comparator: 'GT', threshold: 1, dueAt: DUE });
    for (const [index, at] of WEEKS.entries()) await observe(at, 0.6 + index / 24, id);
    const changes = await judge();
    expect(changes.find(({ milestone: { id: judged } }) => judged === strict.id)?.milestone).toMatchObject({ status: 'AT_RISK', forecast: { probability: 0 } });
  });

  it('counts a corrected observation, not the one it corrects', async () => {
    await observe('04-01', 50);
    await observe('04-01', 2);
    const [change] = await judge();
    expect(change?.milestone).toMatchObject({ status: 'PENDING', reason: expect.stringContaining('the latest is 2 ') });
  });

  it('of two model versions that were observed at one time, the one with more labels speaks', async () => {
    const [champion, canary] = [await buildModelVersion(workspace), await buildModelVersion(workspace)];
    const at = { metricId: milestone.metricId, observedAt: day('04-01') };
    await buildObservation(workspace, { ...at, value: 3, modelVersionId: champion.id, detail: { labels: 900 } });
    await buildObservation(workspace, { ...at, value: 4, modelVersionId: champion.id, detail: { labels: 950 } });
    await buildObservation(workspace, { ...at, value: 50, modelVersionId: canary.id, detail: { labels: 100 } });
    const [change] = await judge();
    expect(change?.milestone.reason).toContain('the latest is 4 ');
  });

  it('opens one review with its evidence when a milestone is missed, and puts the use case under review', async () => {
    const version = await buildModelVersion(workspace);
    await buildEndpoint(workspace, { useCaseId, name: 'late-flights', traffic: [{ modelVersionId: version.id, weight: 100 }] });
    const requirement = await buildDataRequirement(workspace, { useCaseId, name: 'flights' });
    await buildAvailabilityAssessment(workspace, { dataRequirementId: requirement.id, verdict: 'PARTIAL' });
    await observe('04-01', 3);
    const other = await buildMetric(workspace, { useCaseId });
    await observe('07-02', 1, other.id);
    const [change] = await judge();
    expect(change).toMatchObject({ from: 'PENDING', to: 'MISSED', review: { milestoneId: milestone.id, status: 'OPEN' } });
    expect(await useCase()).toMatchObject({ status: 'UNDER_REVIEW', statusBeforeReview: 'LIVE' });
    const [review] = await reviews();
    expect(review?.reason).toMatch(/^Milestone "Useful" was missed\. /);
    expect(review?.evidence).toMatchObject({
      milestone: { name: 'Useful', threshold: 10 },
      metrics: [{ metricId: milestone.metricId, observations: [{ observedAt: '2001-04-01T00:00:00.000Z', value: 3 }] }],
      liveModelVersions: [{ endpoint: 'late-flights', modelVersionId: version.id, weight: 100 }],
      availability: [{ name: 'flights', verdict: 'PARTIAL' }],
    });
    expect(await judge()).toEqual([]);
    expect(await reviews()).toHaveLength(1);
  });

  it('opens one review when two judge at once', async () => {
    await observe('07-02', 3);
    const changes = await Promise.all([judge(), judge(), judge()]);
    expect(changes.flat()).toHaveLength(1);
    expect(await reviews()).toHaveLength(1);
  });

  it('leaves decided and retired milestones as they are, and a retired use case alone', async () => {
    await observe('04-01', 10);
    expect(await judge()).toMatchObject([{ to: 'MET' }]);
    await observe('04-02', 1);
    expect(await judge()).toEqual([]);
    await database.dataSource.manager.update(Milestone, { id: milestone.id }, { status: 'PENDING', retiredAt: DUE });
    expect(await judge()).toEqual([]);
    await database.dataSource.manager.update(Milestone, { id: milestone.id }, { retiredAt: null });
    await database.dataSource.manager.update(UseCase, { id: useCaseId }, { status: 'RETIRED' });
    expect(await judge()).toEqual([]);
  });

  it('uses the wall clock where the use case does', async () => {
    await database.dataSource.manager.update(UseCase, { id: useCaseId }, { clock: 'WALL' });
    await observe('04-01', 3);
    const judgeAt = (wall: Date): Promise<MilestoneChange[]> => database.dataSource.transaction((manager) => recordMilestones(manager, useCaseId, wall));
    expect(await judgeAt(day('04-02'))).toMatchObject([{ to: 'PENDING' }]);
    expect(await judgeAt(day('07-02'))).toMatchObject([{ to: 'MISSED', milestone: { decidedAt: day('07-02') } }]);
  });

  it('does not know a use case that does not exist', async () => {
    const unknown = database.dataSource.transaction((manager) => recordMilestones(manager, 'uc_unknown'));
    await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

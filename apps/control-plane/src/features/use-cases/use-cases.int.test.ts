import { buildMilestone } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestControlPlane, type TestClient, type TestControlPlane } from '../../fixtures/control-plane.fixture.ts';

let plane: TestControlPlane;
let team: TestClient;
beforeAll(async () => {
  plane = await startTestControlPlane();
});
afterAll(() => plane.close());

const CREATE = 'mutation ($input: CreateUseCaseInput!) { createUseCase(input: $input) { id name status clock } }';
const METRIC = 'mutation ($input: CreateMetricInput!) { createMetric(input: $input) { id } }';
const MILESTONE = 'mutation ($input: CreateMilestoneInput!) { createMilestone(input: $input) { id status reason metric } }';
const OBSERVE = 'mutation ($input: RecordObservationInput!) { recordObservation(input: $input) { id value segment } }';
const WHOLE = `query ($id: ID!) { useCase(id: $id) { status goal { metric latest attainment } metrics { name latest { value } observations { nodes { value } pageInfo { hasNextPage } } }
  milestones { name status } reviews { id status reason } } }`;

interface Created {
  createUseCase: { id: string; name: string; status: string; clock: string };
}
interface Whole {
  useCase: {
    status: string;
    goal: { metric: string; latest: number; attainment: number } | null;
    metrics: { name: string; latest: { value: number } | null; observations: { nodes: { value: number }[] } }[];
    milestones: { name: string; status: string }[];
    reviews: { id: string; status: string; reason: string }[];
  };
}

async function createUseCase(): Promise<{ useCaseId: string; metricId: string }> {
  team = await plane.workspace();
  const {
    createUseCase: { id: useCaseId },
  } = await team.send<Created>(CREATE, { input: { name: 'Late flights', problem: 'Nobody warns.', clock: 'EVENT' } });
  const { createMetric } = await team.send<{ createMetric: { id: string } }>(METRIC, {
    input: { useCaseId, name: 'cost', source: 'BUSINESS', unit: 'USD', direction: 'DECREASE' },
  });
  return { useCaseId, metricId: createMetric.id };
}

it('carries a use case from goal to observation, and shows how much of the way is done', async () => {
  const { useCaseId, metricId } = await createUseCase();
  const goal = { useCaseId, metricId, direction: 'DECREASE', baseline: 100, target: 50, unit: 'USD', dueAt: '2001-07-01T00:00:00Z' };
  await team.send('mutation ($input: SetBusinessGoalInput!) { setBusinessGoal(input: $input) { id } }', { input: goal });
  await team.send(MILESTONE, { input: { useCaseId, metricId, name: 'cheaper', comparator: 'LTE', threshold: 80, dueAt: '2001-06-01T00:00:00Z' } });
  await team.send(OBSERVE, { input: { metricId, observedAt: '2001-04-01T00:00:00Z', value: 90 } });
  await team.send(OBSERVE, { input: { metricId, observedAt: '2001-04-01T00:00:00Z', value: 75 } });
  const { useCase } = await team.send<Whole>(WHOLE, { id: useCaseId });
  expect(useCase).toMatchObject({
    status: 'PROPOSED',
    goal: { metric: 'cost', latest: 75, attainment: 0.5 },
    milestones: [{ name: 'cheaper', status: 'MET' }],
  });
  expect(useCase.metrics).toMatchObject([{ name: 'cost', latest: { value: 75 }, observations: { nodes: [{ value: 75 }], pageInfo: { hasNextPage: false } } }]);
});

it('a missed milestone opens a review, whose decision ADJUST replaces the milestone and returns the use case to where it was', async () => {
  const { useCaseId, metricId } = await createUseCase();
  await team.send(MILESTONE, { input: { useCaseId, metricId, name: 'too early', comparator: 'LTE', threshold: 10, dueAt: '2001-04-01T00:00:00Z' } });
  await team.send(OBSERVE, { input: { metricId, observedAt: '2001-05-01T00:00:00Z', value: 90 } });
  const missed = (await team.send<Whole>(WHOLE, { id: useCaseId })).useCase;
  expect(missed).toMatchObject({ status: 'UNDER_REVIEW', milestones: [{ status: 'MISSED' }], reviews: [{ status: 'OPEN' }] });
  const DECIDE = 'mutation ($input: DecideStrategyReviewInput!) { decideStrategyReview(input: $input) { status decision decidedAt } }';
  const id = missed.reviews[0]?.id;
  expect(await team.refusal(DECIDE, { input: { id, decision: 'ADJUST', note: 'later' } })).toMatchObject({
    code: 'BAD_INPUT',
    fields: { path: 'input.milestones' },
  });
  const milestones = [{ useCaseId, metricId, name: 'later', comparator: 'LTE', threshold: 95, dueAt: '2001-06-01T00:00:00Z' }];
  await team.send(DECIDE, { input: { id, decision: 'ADJUST', note: 'Half a year was too short.', milestones } });
  expect((await team.send<Whole>(WHOLE, { id: useCaseId })).useCase).toMatchObject({
    status: 'PROPOSED',
    milestones: [{ name: 'later', status: 'MET' }],
    reviews: [{ status: 'DECIDED' }],
  });
  expect(await team.refusal(DECIDE, { input: { id, decision: 'CONTINUE', note: 'again' } })).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

it('STOP retires the use case: nothing new begins in it', async () => {
  const { useCaseId, metricId } = await createUseCase();
  const { openStrategyReview } = await team.send<{ openStrategyReview: { id: string; evidence: object } }>(
    'mutation ($input: OpenStrategyReviewInput!) { openStrategyReview(input: $input) { id evidence milestoneId } }',
    { input: { useCaseId, reason: 'The market has changed.' } },
  );
  expect(openStrategyReview).toMatchObject({ milestoneId: null, evidence: { metrics: [{ name: 'cost' }], liveModelVersions: [] } });
  await team.send('mutation ($input: DecideStrategyReviewInput!) { decideStrategyReview(input: $input) { id } }', {
    input: { id: openStrategyReview.id, decision: 'STOP', note: 'Not worth it.' },
  });
  expect((await team.send<Whole>(WHOLE, { id: useCaseId })).useCase.status).toBe('RETIRED');
  expect(await team.refusal(OBSERVE, { input: { metricId, observedAt: '2001-04-01T00:00:00Z', value: 1 } })).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    fields: { from: 'RETIRED' },
  });
  expect(await team.refusal('mutation ($id: ID!) { retireUseCase(id: $id) { id } }', { id: useCaseId })).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

it('refuses a goal that lies behind its baseline, metrics of others, and observations of a live metric', async () => {
  const { useCaseId, metricId } = await createUseCase();
  const goal = { useCaseId, metricId, direction: 'INCREASE', baseline: 100, target: 50, unit: 'USD', dueAt: '2001-07-01T00:00:00Z' };
  const SET = 'mutation ($input: SetBusinessGoalInput!) { setBusinessGoal(input: $input) { id } }';
  expect(await team.refusal(SET, { input: goal })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.target' } });
  const other = await team.send<Created>(CREATE, { input: { name: 'Another', problem: 'Another problem.' } });
  const live = { useCaseId: other.createUseCase.id, name: 'auc', source: 'LIVE', unit: '', direction: 'INCREASE' };
  const { createMetric } = await team.send<{ createMetric: { id: string } }>(METRIC, { input: live });
  expect(await team.refusal(SET, { input: { ...goal, target: 200, metricId: createMetric.id } })).toMatchObject({
    code: 'BAD_INPUT',
    fields: { path: 'input.metricId' },
  });
  expect(await team.refusal(OBSERVE, { input: { metricId: createMetric.id, observedAt: '2001-04-01T00:00:00Z', value: 1 } })).toMatchObject({
    code: 'BAD_INPUT',
    fields: { path: 'input.metricId' },
  });
  const windows = { useCaseId, metricId, name: 'm', comparator: 'LTE', threshold: 1, dueAt: '2001-06-01T00:00:00Z', consecutiveWindows: 0 };
  expect(await team.refusal(MILESTONE, { input: windows })).toMatchObject({ code: 'BAD_INPUT', fields: { path: 'input.consecutiveWindows' } });
});

it('has at most 200 milestones that are open: every observation judges them all', async () => {
  const { useCaseId, metricId } = await createUseCase();
  const milestone = { useCaseId, metricId, comparator: 'LTE', threshold: 80, dueAt: new Date('2001-06-01') } as const;
  await Promise.all(Array.from({ length: 200 }, (_, index) => buildMilestone(team.workspace, { ...milestone, name: `milestone ${index}` })));
  const input = { ...milestone, name: 'one more', dueAt: '2001-06-01T00:00:00Z' };
  expect(await team.refusal(MILESTONE, { input })).toMatchObject({ code: 'CONFLICT', fields: { open: 200, maximum: 200 } });
  await team.send(OBSERVE, { input: { metricId, observedAt: '2001-04-01T00:00:00Z', value: 70 } });
  await expect(team.send(MILESTONE, { input })).resolves.toBeDefined();
});

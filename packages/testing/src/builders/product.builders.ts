import { BusinessGoal, Metric, Milestone, Observation, StrategyReview, UseCase } from '@millrace/db';
import { build, uniqueName, type Overrides, type TestWorkspace } from './workspace.ts';

export function buildUseCase(workspace: TestWorkspace, overrides: Overrides<UseCase> = {}): Promise<UseCase> {
  return build(workspace, UseCase, { name: uniqueName('use-case'), problem: 'Passengers learn too late that their flight is late.', ...overrides });
}

export async function buildMetric(workspace: TestWorkspace, overrides: Overrides<Metric> = {}): Promise<Metric> {
  const useCaseId = overrides.useCaseId ?? (await buildUseCase(workspace)).id;
  return build(workspace, Metric, { name: uniqueName('metric'), source: 'BUSINESS', unit: 'USD', direction: 'INCREASE', ...overrides, useCaseId });
}

export async function buildBusinessGoal(
  workspace: TestWorkspace,
  overrides: Overrides<BusinessGoal> & { metricId: string; useCaseId: string },
): Promise<BusinessGoal> {
  return build(workspace, BusinessGoal, {
    direction: 'INCREASE',
    baseline: 0,
    target: 100,
    unit: 'USD',
    dueAt: new Date('2001-07-01T00:00:00Z'),
    ...overrides,
  });
}

export async function buildObservation(workspace: TestWorkspace, overrides: Overrides<Observation> = {}): Promise<Observation> {
  const metricId = overrides.metricId ?? (await buildMetric(workspace)).id;
  return build(workspace, Observation, { observedAt: new Date('2001-04-01T00:00:00Z'), value: 1, ...overrides, metricId });
}

/** A milestone on a metric of its own, or on the one given: `metricId` and `useCaseId` come together. */
export async function buildMilestone(workspace: TestWorkspace, overrides: Overrides<Milestone> = {}): Promise<Milestone> {
  const metric = overrides.metricId === undefined ? await buildMetric(workspace, { useCaseId: overrides.useCaseId }) : undefined;
  return build(workspace, Milestone, {
    name: uniqueName('milestone'),
    comparator: 'GTE',
    threshold: 10,
    dueAt: new Date('2001-07-01T00:00:00Z'),
    ...(metric === undefined ? {} : { metricId: metric.id, useCaseId: metric.useCaseId }),
    ...overrides,
  });
}

export async function buildStrategyReview(workspace: TestWorkspace, overrides: Overrides<StrategyReview> = {}): Promise<StrategyReview> {
  const useCaseId = overrides.useCaseId ?? (await buildUseCase(workspace)).id;
  return build(workspace, StrategyReview, { reason: 'Opened by hand.', evidence: {}, ...overrides, useCaseId });
}

import type { BusinessGoal, Metric, UseCase } from '@millrace/sdk';
import { TRAINING } from '../calendar.ts';
import { COSTS, COST_UNIT } from '../costs.ts';
import type { Story } from '../story.ts';

/** The use case with its metrics by role. */
export interface StatedGoal {
  readonly useCase: UseCase;
  readonly goal: BusinessGoal;
  readonly metrics: Readonly<Record<'auc' | 'liveAuc' | 'livePrecision' | 'cost', Metric>>;
}

/** Share of the baseline cost that the goal wants saved, and that the business milestone wants saved on the way. */
const GOAL_SAVING = 0.25;
const MILESTONE_SAVING = 0.2;

/** Step 1: why we do this, how we will know, and by when. */
export async function stateTheGoal(story: Story): Promise<StatedGoal> {
  const { millrace, flights, reporter, names } = story;
  reporter.step('Goal: what the business wants, and by when');
  const useCase = await millrace.useCases.create({
    name: names.useCase,
    clock: 'EVENT',
    problem: `Passengers learn too late that their flight will arrive late. A missing warning costs about ${COSTS.missingWarning} USD, a needless one ${COSTS.needlessWarning} USD.`,
  });
  const metrics = await createMetrics(story, useCase.id);
  const { flights: measured, costPerThousand } = await flights.costOfWarningNobody();
  const target = Math.round(costPerThousand * (1 - GOAL_SAVING));
  const goal = await millrace.goals.set({
    useCaseId: useCase.id,
    metricId: metrics.cost.id,
    direction: 'DECREASE',
    baseline: costPerThousand,
    target,
    unit: COST_UNIT,
    dueAt: '2001-06-30T00:00:00Z',
  });
  reporter.message(`"${useCase.name}"`);
  reporter.message(`Baseline: warning nobody cost ${costPerThousand} ${COST_UNIT}, measured on ${measured.toLocaleString('en')} flights of January to March.`);
  reporter.message(`Target: ${target} by 2001-06-30 (a quarter less).`);
  await createMilestones(story, useCase.id, metrics, Math.round(costPerThousand * (1 - MILESTONE_SAVING)));
  return { useCase, goal, metrics };
}

async function createMetrics({ millrace }: Story, useCaseId: string): Promise<StatedGoal['metrics']> {
  const score = { useCaseId, unit: 'ratio', direction: 'INCREASE' } as const;
  return {
    auc: await millrace.metrics.create({ ...score, name: 'auc', source: 'OFFLINE' }),
    liveAuc: await millrace.metrics.create({ ...score, name: 'live auc', source: 'LIVE' }),
    livePrecision: await millrace.metrics.create({ ...score, name: 'live precision', source: 'LIVE' }),
    cost: await millrace.metrics.create({ useCaseId, name: 'cost per 1,000 flights', source: 'BUSINESS', unit: COST_UNIT, direction: 'DECREASE' }),
  };
}

async function createMilestones({ millrace, reporter }: Story, useCaseId: string, metrics: StatedGoal['metrics'], cost: number): Promise<void> {
  const milestones = [
    await millrace.milestones.create({
      useCaseId,
      metricId: metrics.auc.id,
      name: 'The model ranks flights well on the second half of March',
      comparator: 'GTE',
      threshold: 0.65,
      dueAt: TRAINING.end,
    }),
    await millrace.milestones.create({
      useCaseId,
      metricId: metrics.livePrecision.id,
      name: 'Two warnings in five are right, two weeks in a row',
      comparator: 'GTE',
      threshold: 0.4,
      dueAt: '2001-05-31T00:00:00Z',
      consecutiveWindows: 2,
    }),
    await millrace.milestones.create({
      useCaseId,
      metricId: metrics.cost.id,
      name: 'Mistakes cost a fifth less than warning nobody, three weeks in a row',
      comparator: 'LTE',
      threshold: cost,
      dueAt: '2001-06-30T00:00:00Z',
      consecutiveWindows: 3,
    }),
  ];
  reporter.table([
    ['milestone', 'metric', 'threshold', 'due'],
    ...milestones.map(({ name, metric, comparator, threshold, dueAt }) => [
      name,
      metric,
      `${comparator === 'GTE' ? '≥' : '≤'} ${threshold}`,
      dueAt.slice(0, 10),
    ]),
  ]);
}

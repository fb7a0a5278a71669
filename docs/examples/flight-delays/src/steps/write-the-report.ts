import type { Milestone, UseCase } from '@millrace/sdk';
import { COST_UNIT } from '../costs.ts';
import type { Story } from '../story.ts';
import { mostDrifted, type Watched } from './watch-the-monitor.ts';

const MARKS: Readonly<Record<Milestone['status'], string>> = { MET: '✓', MISSED: '✗', AT_RISK: '!', ON_TRACK: '→', PENDING: '…' };

/** Step 8: what a product manager needs to know, and to decide. */
export function writeTheReport({ reporter, names }: Story, { useCase, windows, live, alerts }: Watched, servedVersion: number): void {
  reporter.step('Report');
  reporter.message(`${useCase.name}: ${useCase.status}`);
  reportGoal(useCase, live, (text) => reporter.message(text));
  for (const { name, status, reason } of useCase.milestones) reporter.message(`${MARKS[status]} ${status.padEnd(8)} ${name}. ${reason}`);
  reporter.message(
    `Live: ${names.model} version ${servedVersion} on endpoint ${names.endpoint}, ${windows.length} weeks watched, auc ${live.auc?.toFixed(3) ?? '–'}.`,
  );
  const drifted = windows.filter(({ drift }) => drift?.some((feature) => feature.drifted) === true);
  const worst = mostDrifted(windows.flatMap(({ drift }) => drift ?? []));
  reporter.message(
    `Drift: ${drifted.length} of ${windows.length} weeks had a drifted feature${worst === undefined ? '' : `; ${worst.feature} moved most (psi ${worst.psi.toFixed(3)})`}. Alerts: ${alerts.length}.`,
  );
  const open = useCase.reviews.filter(({ status }) => status === 'OPEN');
  if (open.length === 0) return reporter.message('To decide: nothing. No milestone was missed or is at risk.');
  reporter.message(`To decide (CONTINUE, ADJUST or STOP): ${open.length === 1 ? 'one strategy review is' : `${open.length} strategy reviews are`} open.`);
  for (const { id, reason } of open) reporter.message(`  ${id}: ${reason}`);
}

function reportGoal({ goal }: UseCase, live: Watched['live'], say: (text: string) => void): void {
  if (goal === null) return;
  const reached = goal.attainment === null ? 'not measured yet' : `${Math.round(goal.attainment * 100)} % of the way from ${goal.baseline} to ${goal.target}`;
  say(`Goal: ${goal.metric} down to ${goal.target} ${goal.unit} by ${goal.dueAt.slice(0, 10)}. Latest ${goal.latest?.toFixed(0) ?? '–'}: ${reached}.`);
  if (live.costPerThousand === null || live.costOfWarningNobody === null) return;
  const saved = live.costOfWarningNobody - live.costPerThousand;
  say(
    `      On the flights served, mistakes cost ${live.costPerThousand.toFixed(0)} ${COST_UNIT}. Warning nobody would have cost ${live.costOfWarningNobody.toFixed(0)}, so ${saved.toFixed(0)} of the saving is the model's; the rest is the season's.`,
  );
}

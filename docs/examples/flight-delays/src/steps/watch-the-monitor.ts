import type { Alert, FeatureDrift, Monitor, MonitorWindow, UseCase } from '@millrace/sdk';
import { LIVE, WINDOW_SECONDS } from '../calendar.ts';
import { COSTS } from '../costs.ts';
import type { FlightDelaysResult } from '../result.ts';
import type { Story } from '../story.ts';

export interface Watched {
  readonly monitor: Monitor;
  readonly windows: readonly MonitorWindow[];
  readonly alerts: readonly Alert[];
  readonly live: FlightDelaysResult['liveMetrics'];
  readonly useCase: UseCase;
}

const SETTLE_SECONDS = 120;

/** Step 7: every window is closed, the outcomes are joined, and what they say moves the milestones. */
export async function watchTheMonitor(story: Story, ids: { readonly useCaseId: string; readonly monitorId: string }, labels: number): Promise<Watched> {
  const { millrace, reporter } = story;
  reporter.step('Monitoring: windows, drift, live metrics from the outcomes');
  await settle(story, ids.monitorId, labels);
  await (await millrace.monitors.closeWindows(ids.monitorId, lastFullWindowEnd())).wait({ timeoutSeconds: SETTLE_SECONDS });
  const monitor = await millrace.monitors.get(ids.monitorId);
  const windows = (await millrace.monitors.windows(ids.monitorId).toArray())
    .filter(({ status }) => status === 'CLOSED')
    .toSorted((a, b) => a.windowStart.localeCompare(b.windowStart));
  reporter.table([
    ['week from', 'rows', 'labelled', 'auc', 'precision', 'cost', 'nobody warned', 'drifted', 'most drifted feature'],
    ...windows.map(windowRow),
  ]);
  reporter.message(`The week that begins on ${lastFullWindowEnd().toISOString().slice(0, 10)} stays open: it ends after the data does.`);
  reporter.message(`Labels: ${monitor.labels.received} received, ${monitor.labels.matched} joined a prediction, ${monitor.labels.unmatched} wait for one.`);
  for (const { title, status } of monitor.alerts) reporter.message(`Alert (${status}): ${title}`);
  await reviewWhatIsAtRisk(story, ids.useCaseId);
  return { monitor, windows, alerts: monitor.alerts, live: liveOf(windows), useCase: await millrace.useCases.get(ids.useCaseId) };
}

/** A missed milestone opens a strategy review by itself; for one that is only at risk, the team opens it. */
async function reviewWhatIsAtRisk({ millrace }: Story, useCaseId: string): Promise<void> {
  const { milestones } = await millrace.useCases.get(useCaseId);
  for (const { name, status, reason } of milestones) {
    if (status === 'AT_RISK') await millrace.reviews.open({ useCaseId, reason: `Milestone "${name}" is at risk. ${reason}` });
  }
}

/** Windows lie side by side from the epoch on, so the last days of June are the first days of a week that is not all there. */
function lastFullWindowEnd(): Date {
  const window = WINDOW_SECONDS * 1_000;
  return new Date(Math.floor(Date.parse(LIVE.end) / window) * window);
}

/** Predictions and labels are taken in by jobs. Waits until none is under way and every label has found its prediction. */
async function settle({ millrace, reporter }: Story, monitorId: string, labels: number): Promise<void> {
  const bar = reporter.progress('Taking in predictions and outcomes');
  for (let waited = 0; waited < SETTLE_SECONDS * 4; waited++) {
    const { pending, labels: counts } = await millrace.monitors.get(monitorId);
    bar.update(labels === 0 ? 1 : counts.matched / labels, `${pending} segments and batches to go`);
    if (pending === 0 && counts.received >= labels && counts.unmatched === 0) return bar.done('every outcome has found its prediction');
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
  }
  bar.done(`gave up after ${SETTLE_SECONDS} s; the windows are closed with what is there`);
}

function windowRow({ windowStart, rows, drift, driftShare, performance }: MonitorWindow): string[] {
  const most = mostDrifted(drift);
  const money = performance === null ? undefined : costOf([performance]);
  return [
    windowStart.slice(0, 10),
    String(rows),
    performance?.coverage == null ? '–' : `${Math.round(performance.coverage * 100)} %`,
    performance?.auc?.toFixed(4) ?? '–',
    performance?.precision?.toFixed(4) ?? '–',
    money?.costPerThousand?.toFixed(0) ?? '–',
    money?.costOfWarningNobody?.toFixed(0) ?? '–',
    driftShare === null ? '–' : `${Math.round(driftShare * 100)} %`,
    most === undefined ? '–' : `${most.feature} (psi ${most.psi.toFixed(3)})`,
  ];
}

export function mostDrifted(drift: readonly FeatureDrift[] | null): FeatureDrift | undefined {
  return drift?.toSorted((a, b) => b.psi - a.psi)[0];
}

type Performance = NonNullable<MonitorWindow['performance']>;

function liveOf(windows: readonly MonitorWindow[]): Watched['live'] {
  const measured = windows.map(({ performance }) => performance).filter((performance) => performance !== null);
  const ranked = measured.filter(({ auc }) => auc != null);
  const labels = total(ranked, 'labels');
  const [tp, fp, fn] = [total(measured, 'tp'), total(measured, 'fp'), total(measured, 'fn')];
  return {
    auc: labels === 0 ? null : ranked.reduce((sum, { auc, labels: weight }) => sum + (auc ?? 0) * (weight ?? 0), 0) / labels,
    precision: tp + fp === 0 ? null : tp / (tp + fp),
    recall: tp + fn === 0 ? null : tp / (tp + fn),
    ...costOf(measured),
  };
}

function costOf(measured: readonly Performance[]): Pick<Watched['live'], 'costPerThousand' | 'costOfWarningNobody'> {
  const [tp, fp, fn, labels] = [total(measured, 'tp'), total(measured, 'fp'), total(measured, 'fn'), total(measured, 'labels')];
  if (labels === 0) return { costPerThousand: null, costOfWarningNobody: null };
  const perThousand = 1_000 / labels;
  return {
    costPerThousand: (fp * COSTS.needlessWarning + fn * COSTS.missingWarning) * perThousand,
    costOfWarningNobody: (tp + fn) * COSTS.missingWarning * perThousand,
  };
}

function total(measured: readonly Performance[], name: 'tp' | 'fp' | 'fn' | 'labels'): number {
  return measured.reduce((sum, performance) => sum + (performance[name] ?? 0), 0);
}

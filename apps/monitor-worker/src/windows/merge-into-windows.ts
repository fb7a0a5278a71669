import type { WindowSummary } from '@millrace/contracts';
import { insertRow, MonitorWindow, type EntityManager, type Monitor, type VersionWindowSummary } from '@millrace/db';
import { mergeSummaries } from '@millrace/statistics';

/**
 * Adds what a node saw to the windows of a monitor. The caller holds the lock of the monitor's row, so that two segments do
 * not make one window twice. A closed window that gets late rows opens again, to be judged once more with them.
 */
export async function mergeIntoWindows(manager: EntityManager, monitor: Monitor, summaries: readonly VersionWindowSummary[]): Promise<void> {
  for (const { modelVersionId, ...summary } of summaries) {
    const windowStart = new Date(summary.windowStart);
    const window = await manager.findOneBy(MonitorWindow, { monitorId: monitor.id, modelVersionId, windowStart });
    await (window === null ? openWindow(manager, monitor, modelVersionId, summary) : mergeIntoWindow(manager, window, summary));
  }
}

function openWindow(manager: EntityManager, monitor: Monitor, modelVersionId: string, summary: WindowSummary): Promise<MonitorWindow> {
  const windowStart = new Date(summary.windowStart);
  const windowEnd = new Date(windowStart.getTime() + monitor.definition.windowSeconds * 1000);
  return insertRow(manager, MonitorWindow, {
    workspaceId: monitor.workspaceId,
    monitorId: monitor.id,
    modelVersionId,
    windowStart,
    windowEnd,
    summary,
    rows: summary.rows,
  });
}

async function mergeIntoWindow(manager: EntityManager, window: MonitorWindow, summary: WindowSummary): Promise<void> {
  const merged = mergeSummaries(window.summary, summary);
  await manager.update(MonitorWindow, { id: window.id }, { summary: merged, rows: merged.rows, status: 'OPEN', closedAt: null });
}

import { IsNull, Like, Not, type EntityManager } from 'typeorm';
import { Alert, insertRow, MonitorWindow, type Monitor, type TrafficShare } from '@millrace/db';

/**
 * One incident per model version whose features drift: it opens with the first window whose share of drifted features
 * reaches the monitor's, is updated by each further one, and resolves with the first that stays below. `windows` were just
 * judged, oldest first. A window older than the newest one that was judged before says nothing about today and is passed
 * over; so does a version without traffic, whose alert resolves.
 */
export async function moveDriftAlerts(
  manager: EntityManager,
  monitor: Monitor,
  traffic: readonly TrafficShare[],
  windows: readonly MonitorWindow[],
): Promise<void> {
  const served = traffic.filter(({ weight }) => weight > 0).map(({ modelVersionId }) => modelVersionId);
  await resolveUnserved(manager, monitor, served);
  const judgedNow = new Set(windows.map((window) => window.id));
  for (const modelVersionId of served) {
    const newest = await newestJudgedBefore(manager, monitor, modelVersionId, judgedNow);
    for (const window of windows.filter((candidate) => candidate.modelVersionId === modelVersionId)) {
      if (window.driftShare === null || (newest !== undefined && window.windowStart < newest)) continue;
      await moveDriftAlert(manager, monitor, window, window.driftShare);
    }
  }
}

function causeOf(modelVersionId: string): string {
  return `drift:${modelVersionId}`;
}

async function resolveUnserved(manager: EntityManager, monitor: Monitor, served: readonly string[]): Promise<void> {
  const drifting = await manager.findBy(Alert, { monitorId: monitor.id, status: 'OPEN', cause: Like(causeOf('%')) });
  const unserved = drifting.filter(({ cause }) => !served.map(causeOf).includes(cause));
  for (const alert of unserved) await resolve(manager, alert, 'the version has no traffic any more');
}

async function newestJudgedBefore(manager: EntityManager, monitor: Monitor, modelVersionId: string, judgedNow: ReadonlySet<string>): Promise<Date | undefined> {
  const closed = await manager.find(MonitorWindow, {
    select: { id: true, windowStart: true },
    where: { monitorId: monitor.id, modelVersionId, status: Not('OPEN'), driftShare: Not(IsNull()) },
    order: { windowStart: 'DESC' },
    take: judgedNow.size + 1,
  });
  return closed.find((window) => !judgedNow.has(window.id))?.windowStart;
}

async function moveDriftAlert(manager: EntityManager, monitor: Monitor, window: MonitorWindow, driftShare: number): Promise<void> {
  const cause = causeOf(window.modelVersionId);
  const open = await manager.findOneBy(Alert, { monitorId: monitor.id, cause, status: 'OPEN' });
  const isDrifted = driftShare > 0 && driftShare >= monitor.definition.driftShare;
  if (!isDrifted) {
    if (open !== null) await resolve(manager, open, window.windowStart);
    return;
  }
  const seen = { title: titleOf(window, driftShare), detail: detailOf(window, driftShare, open?.detail['since'] ?? window.windowStart) };
  if (open === null) await insertRow(manager, Alert, { workspaceId: monitor.workspaceId, monitorId: monitor.id, cause, ...seen });
  else await manager.save(Object.assign(open, seen));
}

async function resolve(manager: EntityManager, alert: Alert, resolvedBy: Date | string): Promise<void> {
  await manager.save(Object.assign(alert, { status: 'RESOLVED', resolvedAt: new Date(), detail: { ...alert.detail, resolvedBy } }));
}

function titleOf(window: MonitorWindow, driftShare: number): string {
  const day = window.windowStart.toISOString().slice(0, 16);
  return `${Math.round(driftShare * 100)} % of the features drifted from the training data in the window from ${day}Z`;
}

function detailOf(window: MonitorWindow, driftShare: number, since: unknown): Readonly<Record<string, unknown>> {
  const drifted = (window.drift ?? []).filter((feature) => feature.drifted).toSorted((a, b) => b.psi - a.psi);
  return {
    modelVersionId: window.modelVersionId,
    since,
    windowId: window.id,
    windowStart: window.windowStart,
    windowEnd: window.windowEnd,
    rows: window.rows,
    driftShare,
    features: drifted.map(({ feature, psi }) => ({ feature, psi })),
  };
}

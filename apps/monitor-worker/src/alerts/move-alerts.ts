import { alertConditionName, ID_PREFIXES, type AlertCondition } from '@millrace/contracts';
import { IsNull, MoreThanOrEqual, Not, Raw } from 'typeorm';
import { Alert, insertRow, MonitorWindow, type EntityManager, type Monitor, type TrafficShare } from '@millrace/db';
import { CLOSED_COLUMNS, type ClosedWindow } from '../windows/plan-evaluation.ts';
import { conditionStates, windowsOf, type ConditionState } from './condition-states.ts';
import { unknownFeatures, type JudgedWindow } from './condition-verdict.ts';

/** Windows that were judged just now. */
interface Judged {
  readonly due: readonly ClosedWindow[];
  readonly relabelled: readonly ClosedWindow[];
}

/** Those of them that are of one version. */
interface Steps {
  readonly modelVersionId: string;
  readonly windows: readonly ClosedWindow[];
}

/**
 * One incident per condition of the monitor and version with traffic: it opens when the condition is met, is updated by each further
 * window that meets it, and resolves with the first that does not. So does one whose version has no traffic any more, or whose condition
 * the monitor has no more. Returns the features that conditions name and no version has.
 */
export async function moveAlerts(manager: EntityManager, monitor: Monitor, traffic: readonly TrafficShare[], judged: Judged): Promise<readonly string[]> {
  const { conditions } = monitor.definition;
  const served = traffic.filter(({ weight }) => weight > 0).map(({ modelVersionId }) => modelVersionId);
  await resolveForsaken(manager, monitor, served);
  const unknown = new Set<string>();
  for (const modelVersionId of served) {
    const steps = [...judged.due, ...judged.relabelled].filter((window) => window.modelVersionId === modelVersionId);
    if (steps.length === 0) continue;
    for (const condition of conditions) {
      const history = await judgedWindows(manager, monitor, condition, { modelVersionId, windows: steps });
      for (const feature of unknownFeatures(condition, history)) unknown.add(feature);
      const known = { history, steps: new Set(steps.map(({ id }) => id)), definition: monitor.definition };
      for (const state of conditionStates(condition, known)) await moveAlert(manager, monitor, condition, state);
    }
  }
  return [...unknown];
}

function causeOf(condition: AlertCondition, modelVersionId: string): string {
  return `${alertConditionName(condition)}:${modelVersionId}`;
}

const OF_A_VERSION = new RegExp(`:${ID_PREFIXES.modelVersion}_[^:]*$`);

/** Alerts of other causes, such as the log of a node, are moved by others. */
async function resolveForsaken(manager: EntityManager, monitor: Monitor, served: readonly string[]): Promise<void> {
  const open = (await manager.findBy(Alert, { monitorId: monitor.id, status: 'OPEN' })).filter(({ cause }) => OF_A_VERSION.test(cause));
  const { conditions } = monitor.definition;
  for (const alert of open) {
    const modelVersionId = alert.cause.slice(alert.cause.lastIndexOf(':') + 1);
    if (!served.includes(modelVersionId)) await resolve(manager, alert, 'the version has no traffic any more');
    else if (!conditions.some((condition) => causeOf(condition, modelVersionId) === alert.cause))
      await resolve(manager, alert, 'the monitor does not ask for this any more');
  }
}

const COLUMNS = { ...CLOSED_COLUMNS, drift: true } as const satisfies Record<keyof JudgedWindow, true>;

/**
 * The newest windows that a condition can be judged by, oldest first: as many as it looks at, behind those that were judged now. Labels
 * may be late by any number of windows, so windows without are passed over where they lie.
 */
async function judgedWindows(manager: EntityManager, { id: monitorId, definition }: Monitor, condition: AlertCondition, of: Steps): Promise<JudgedWindow[]> {
  const stated =
    condition.on === 'METRIC'
      ? {
          rows: MoreThanOrEqual(definition.minimumRows),
          performance: Raw((column) => `(${column} ->> 'coverage')::float8 >= :coverage AND ${column} ->> :measure IS NOT NULL`, {
            coverage: definition.labelCoverage,
            measure: condition.measure,
          }),
        }
      : { driftShare: Not(IsNull()) };
  const newest = await manager.find(MonitorWindow, {
    select: COLUMNS,
    where: { monitorId, modelVersionId: of.modelVersionId, status: 'CLOSED', ...stated },
    order: { windowStart: 'DESC' },
    take: of.windows.length + windowsOf(condition),
  });
  return newest.toReversed();
}

async function moveAlert(manager: EntityManager, monitor: Monitor, condition: AlertCondition, state: ConditionState): Promise<void> {
  const { window, isMet, newest, oldest } = state;
  const cause = causeOf(condition, window.modelVersionId);
  const open = await manager.findOneBy(Alert, { monitorId: monitor.id, cause, status: 'OPEN' });
  if (!isMet || newest === undefined || oldest === undefined) {
    if (open !== null) await resolve(manager, open, window.windowStart);
    return;
  }
  const seen = {
    title: titleOf(newest.title, newest.window, state),
    detail: {
      condition: alertConditionName(condition),
      modelVersionId: window.modelVersionId,
      since: open?.detail['since'] ?? oldest.window.windowStart,
      windowId: newest.window.id,
      windowStart: newest.window.windowStart,
      windowEnd: newest.window.windowEnd,
      rows: newest.window.rows,
      windows: state.held,
      outOf: state.outOf,
      ...newest.detail,
    },
  };
  if (open === null) await insertRow(manager, Alert, { workspaceId: monitor.workspaceId, monitorId: monitor.id, cause, ...seen });
  else await manager.save(Object.assign(open, seen));
}

async function resolve(manager: EntityManager, alert: Alert, resolvedBy: Date | string): Promise<void> {
  await manager.save(Object.assign(alert, { status: 'RESOLVED', resolvedAt: new Date(), detail: { ...alert.detail, resolvedBy } }));
}

function titleOf(what: string, window: JudgedWindow, { held, outOf }: ConditionState): string {
  const often = outOf === 1 ? '' : `, as in ${held} of ${outOf} windows`;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} in the window from ${window.windowStart.toISOString().slice(0, 16)}Z${often}`;
}

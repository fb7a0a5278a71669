import { MillraceError } from '@millrace/contracts';
import { Any, IsNull, MoreThan, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { LabelBatch, LabelWindow, ModelVersion, Monitor, MonitorWindow, type JoinedOutcomes, type WindowPerformance } from '@millrace/db';
import type { JoinedWindow, MonitoredPlace, OutcomeJoin, OutcomeTables } from '../tables/outcome-tables.ts';
import { dueWindows } from './due-windows.ts';
import { keyOfWindow } from './window-key.ts';

/** A window that is closed is judged again without what it was merged from: late labels may touch very many. */
export type ClosedWindow = Omit<MonitorWindow, 'summary' | 'drift'>;

type JoiningTables = Pick<OutcomeTables, 'join' | 'countUnmatched' | 'performance'>;

/** What one evaluation works on, read before its transaction. */
export interface EvaluationPlan {
  /** Windows to close. */
  readonly due: readonly MonitorWindow[];
  /** Closed windows that got labels since they were judged last. */
  readonly relabelled: readonly ClosedWindow[];
  readonly versions: ReadonlyMap<string, ModelVersion>;
  /** By `windowKeyText`. */
  readonly performance: ReadonlyMap<string, WindowPerformance>;
  /** Labels without a prediction, by label batch: those that were joined now, and those that got a prediction. */
  readonly unmatched: ReadonlyMap<string, number>;
  /** What was found to belong together. */
  readonly labelWindows: readonly JoinedWindow[];
  /** How far this evaluation has joined, and how far those before had when it began. */
  readonly joined: JoinedOutcomes;
  readonly joinedBefore: JoinedOutcomes | null;
}

/**
 * Finds the windows to judge and joins what is new: labels of batches that were never joined (`unmatched` is null) with all
 * predictions, and predictions since the last evaluation with all labels. The closed windows that new labels touch are judged
 * again; a prediction that was waited for opens its own window. To judge a window its predictions are read, and the batches
 * that have labels for it. Batches are read before windows: a window that is still open then will be closed by a reader who
 * sees their labels. Windows are read before predictions: those that a window was merged from are there.
 */
export async function planEvaluation(manager: EntityManager, monitor: Monitor, tables: JoiningTables): Promise<EvaluationPlan> {
  const place = { workspaceId: monitor.workspaceId, endpointId: monitor.endpointId, windowSeconds: monitor.definition.windowSeconds };
  const { joined: joinedBefore } = await manager.findOneOrFail(Monitor, { select: { id: true, joined: true }, where: { id: monitor.id } });
  const unjoined = await ingestedBatches(manager, monitor, { unmatched: IsNull() });
  const due = await dueWindows(manager, monitor);
  const join = await joinSince(place, tables, joinedBefore, unjoined, () => ingestedBatches(manager, monitor, {}));
  const waiting = await manager.findBy(LabelBatch, { id: Any(join.hitBatchIds), status: 'INGESTED', unmatched: MoreThan(0) });
  const recounted = await tables.countUnmatched(
    place,
    waiting.map(({ id }) => id),
  );
  const isNew = new Set(unjoined);
  const touched = join.windows.filter(({ labelBatchId }) => isNew.has(labelBatchId)).map(({ windowStart }) => windowStart);
  const dueIds = new Set(due.map(({ id }) => id));
  const relabelled = (await closedWindows(manager, monitor, touched)).filter(({ id }) => !dueIds.has(id));
  const judged = [...due, ...relabelled];
  const versions = new Map(
    (await manager.findBy(ModelVersion, { id: Any([...new Set(judged.map((window) => window.modelVersionId))]) })).map((version) => [version.id, version]),
  );
  const wanted = judged.map((window) => ({
    ...keyOfWindow(window),
    threshold: versions.get(window.modelVersionId)?.threshold ?? Number.NaN,
  }));
  const performance = await tables.performance(place, wanted, await batchesOf(manager, monitor, judged, join.windows));
  return {
    due,
    relabelled,
    versions,
    performance,
    unmatched: new Map([...join.unmatched, ...recounted]),
    labelWindows: join.windows,
    joined: { predictionsVersion: join.predictionsVersion, windowSeconds: place.windowSeconds },
    joinedBefore,
  };
}

async function ingestedBatches(manager: EntityManager, { endpointId }: Monitor, where: FindOptionsWhere<LabelBatch>): Promise<string[]> {
  const batches = await manager.find(LabelBatch, { select: { id: true }, where: { endpointId, status: 'INGESTED', ...where } });
  return batches.map(({ id }) => id);
}

/** Where it is not known what was joined before, all that there is is joined: at first, and when the log was cleaned further than evaluations went. */
async function joinSince(
  place: MonitoredPlace,
  tables: JoiningTables,
  before: JoinedOutcomes | null,
  unjoined: readonly string[],
  all: () => Promise<readonly string[]>,
): Promise<OutcomeJoin> {
  const known = before?.windowSeconds === place.windowSeconds ? await tables.join(place, { since: before.predictionsVersion, batchIds: unjoined }) : undefined;
  const join = known ?? (await tables.join(place, { since: undefined, batchIds: await all() }));
  if (join !== undefined) return join;
  throw new MillraceError('COMMIT_CONFLICT', `The predictions of endpoint ${place.endpointId} changed while they were joined.`, {
    fields: { endpointId: place.endpointId },
  });
}

/** All but what a window was merged from. */
export const CLOSED_COLUMNS = {
  id: true,
  workspaceId: true,
  monitorId: true,
  modelVersionId: true,
  windowStart: true,
  windowEnd: true,
  status: true,
  rows: true,
  driftShare: true,
  performance: true,
  closedAt: true,
  createdAt: true,
  updatedAt: true,
} as const satisfies Record<keyof ClosedWindow, true>;

async function closedWindows(manager: EntityManager, monitor: Monitor, starts: readonly number[]): Promise<ClosedWindow[]> {
  return manager.find(MonitorWindow, {
    select: CLOSED_COLUMNS,
    where: { monitorId: monitor.id, status: 'CLOSED', windowStart: Any([...new Set(starts)].map((start) => new Date(start))) },
    order: { windowStart: 'ASC', modelVersionId: 'ASC' },
  });
}

/** The batches with labels for the windows: those that were found before, and those found now. */
async function batchesOf(manager: EntityManager, monitor: Monitor, windows: readonly ClosedWindow[], found: readonly JoinedWindow[]): Promise<string[]> {
  const starts = new Set(windows.map(({ windowStart }) => windowStart.getTime()));
  const known = await manager.find(LabelWindow, {
    select: { labelBatchId: true },
    where: { monitorId: monitor.id, windowStart: Any([...starts].map((start) => new Date(start))) },
  });
  const now = found.filter(({ windowStart }) => starts.has(windowStart));
  return [...new Set([...known, ...now].map(({ labelBatchId }) => labelBatchId))];
}

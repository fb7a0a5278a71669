import { predictionLogStatusSchema, type PredictionLogStatus } from '@millrace/contracts';
import type { EntityManager } from 'typeorm';
import type { AlertFinding } from './move-alert.ts';

const CAUSE = 'prediction-log:';
/** Closed segments that wait on a node which is heard from: they come in faster than they are handed over, or not at all. */
const MANY_UNSENT = 100;

/** What a node reports is its own word: a path into it compares what can be compared, and fails on nothing. */
const IS_TROUBLED = `$.predictionLog.fault.type() == "string" || $.predictionLog.setAsideSegments > 0 || $.predictionLog.unsentSegments >= ${MANY_UNSENT}`;

/** Monitors of endpoints in the environments of nodes that are heard from and whose prediction log is in trouble, and those with an alert which says so. */
const TROUBLED = `
  WITH troubled AS (
    SELECT m.id AS monitor_id, m.workspace_id, '${CAUSE}' || n.id AS cause, n.id AS node_id, n.name, n.stats -> 'predictionLog' AS log
    FROM node n JOIN endpoint e ON e.environment_id = n.environment_id JOIN monitor m ON m.endpoint_id = e.id
    WHERE n.status <> 'LOST' AND n.stats @@ '${IS_TROUBLED}'
  )
  SELECT coalesce(t.monitor_id, a.monitor_id) AS "monitorId", coalesce(t.workspace_id, a.workspace_id) AS "workspaceId",
    coalesce(t.cause, a.cause) AS cause, t.node_id AS "nodeId", t.name AS node, t.log, a.id AS "alertId"
  FROM troubled t FULL JOIN (SELECT * FROM alert WHERE cause LIKE '${CAUSE}%' AND status = 'OPEN') a ON a.monitor_id = t.monitor_id AND a.cause = t.cause`;

interface TroubledLog {
  readonly monitorId: string;
  readonly workspaceId: string;
  readonly cause: string;
  readonly nodeId: string | null;
  readonly node: string | null;
  readonly log: unknown;
  readonly alertId: string | null;
}

/** One for each monitor and node that may serve its endpoint, while predictions of that node are not handed over, or soon cannot be written. */
export async function troubledLogs(manager: EntityManager): Promise<readonly AlertFinding[]> {
  const found = await manager.query<TroubledLog[]>(TROUBLED);
  return found.map(({ monitorId, workspaceId, cause, alertId, nodeId, node, log }) => {
    const { data } = predictionLogStatusSchema.safeParse(log);
    const seen =
      data === undefined ? undefined : { title: `The prediction log of node ${node} is in trouble: ${troublesOf(data)}`, detail: { nodeId, node, ...data } };
    return { monitorId, workspaceId, cause, alertId, seen };
  });
}

function troublesOf({ fault, setAsideSegments, unsentSegments }: PredictionLogStatus): string {
  const troubles = [
    ...(fault === null ? [] : [fault]),
    ...(setAsideSegments === 0 ? [] : [`${setAsideSegments} segments cannot be handed over and were set aside`]),
    ...(unsentSegments < MANY_UNSENT ? [] : [`${unsentSegments} segments wait to be handed over`]),
  ];
  return troubles.join('; ');
}

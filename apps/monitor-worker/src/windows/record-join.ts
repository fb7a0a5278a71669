import { MillraceError } from '@millrace/contracts';
import { Monitor, type EntityManager, type JoinedOutcomes } from '@millrace/db';
import type { EvaluationPlan } from './plan-evaluation.ts';

const UNMATCHED = `
  UPDATE label_batch SET unmatched = counted.unmatched, updated_at = now()
  FROM unnest($1::text[], $2::bigint[]) AS counted(id, unmatched)
  WHERE label_batch.id = counted.id AND label_batch.unmatched IS DISTINCT FROM counted.unmatched`;

/** A batch whose row was let go of since stays out. */
const WINDOWS = `
  INSERT INTO label_window (workspace_id, monitor_id, window_start, label_batch_id)
  SELECT $1, $2, to_timestamp(found.start_seconds), label_batch.id
  FROM unnest($3::text[], $4::float8[]) AS found(id, start_seconds) JOIN label_batch ON label_batch.id = found.id
  ON CONFLICT DO NOTHING`;

/**
 * Two evaluations that began with the same state would join the same twice, and one might write counts that are older.
 *
 * @throws MillraceError COMMIT_CONFLICT when another evaluation has joined since the plan was made.
 */
export function requireSameJoin(joined: JoinedOutcomes | null, { joinedBefore }: EvaluationPlan): void {
  if (joined?.predictionsVersion === joinedBefore?.predictionsVersion && joined?.windowSeconds === joinedBefore?.windowSeconds) return;
  throw new MillraceError('COMMIT_CONFLICT', 'Another evaluation of the monitor joined labels meanwhile', { fields: { joined, joinedBefore } });
}

/** Keeps what an evaluation has joined. */
export async function recordJoin(manager: EntityManager, monitor: Monitor, plan: EvaluationPlan): Promise<void> {
  const { unmatched, labelWindows, joined, joinedBefore } = plan;
  if (unmatched.size > 0) await manager.query(UNMATCHED, [[...unmatched.keys()], [...unmatched.values()]]);
  if (labelWindows.length > 0) {
    const [batches, starts] = [labelWindows.map(({ labelBatchId }) => labelBatchId), labelWindows.map(({ windowStart }) => windowStart / 1000)];
    await manager.query(WINDOWS, [monitor.workspaceId, monitor.id, batches, starts]);
  }
  const isSame = joined.predictionsVersion === joinedBefore?.predictionsVersion && joined.windowSeconds === joinedBefore.windowSeconds;
  if (!isSame) await manager.update(Monitor, { id: monitor.id }, { joined });
}

import { In, type EntityManager } from 'typeorm';
import { MonitorWindow, type Monitor } from '@millrace/db';

/**
 * Open windows whose time is over: the watermark passed their end by the lateness, or they began before the time up to
 * which windows were closed by hand. A window waits while a received segment that touches it is not ingested yet, however long storage is
 * away. It does not wait for a segment that is parked for what is wrong with itself: should that come after all, the window opens again.
 */
const DUE = `
  SELECT w.id
  FROM monitor_window w JOIN monitor m ON m.id = w.monitor_id
  WHERE w.monitor_id = $1 AND w.status = 'OPEN'
    AND (w.window_end + make_interval(secs => $2) <= m.watermark OR w.window_start < m.close_up_to)
    AND NOT EXISTS (
      SELECT 1 FROM prediction_segment s JOIN job j ON j.id = s.job_id
      WHERE s.endpoint_id = m.endpoint_id AND s.status = 'RECEIVED' AND j.status IN ('QUEUED', 'RUNNING')
        AND NOT (j.parked_at IS NOT NULL AND j.error ->> 'retryable' = 'false')
        AND s.min_event_time < w.window_end AND s.max_event_time >= w.window_start)
  ORDER BY w.window_start, w.model_version_id LIMIT $3`;

/** One evaluation closes no more: each is read with its histograms, and whoever sends predictions says how many windows there are. */
export const MOST_DUE_WINDOWS = 500;

/** The windows that are due to close, oldest first; where there are `MOST_DUE_WINDOWS` there may be more. */
export async function dueWindows(manager: EntityManager, monitor: Monitor): Promise<MonitorWindow[]> {
  const rows: { id: string }[] = await manager.query(DUE, [monitor.id, monitor.definition.latenessSeconds, MOST_DUE_WINDOWS]);
  return manager.find(MonitorWindow, { where: { id: In(rows.map((row) => row.id)) }, order: { windowStart: 'ASC', modelVersionId: 'ASC' } });
}

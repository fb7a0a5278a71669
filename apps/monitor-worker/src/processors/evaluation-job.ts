import type { JobRequest, Monitor } from '@millrace/db';

/** The job that evaluates a monitor: while one is queued, further reasons to evaluate add nothing. */
export function evaluationOf(monitor: Pick<Monitor, 'id' | 'workspaceId'>): JobRequest<'evaluate-monitor'> {
  return { workspaceId: monitor.workspaceId, name: 'evaluate-monitor', payload: { monitorId: monitor.id }, dedupeKey: `evaluate-monitor:${monitor.id}` };
}

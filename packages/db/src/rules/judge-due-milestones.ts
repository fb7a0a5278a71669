import type { DataSource } from 'typeorm';
import { recordMilestones } from './move-milestones.ts';

const DUE = `
  SELECT DISTINCT milestone.use_case_id AS "useCaseId"
  FROM milestone JOIN use_case ON use_case.id = milestone.use_case_id
  WHERE milestone.status IN ('PENDING', 'ON_TRACK', 'AT_RISK') AND milestone.retired_at IS NULL AND milestone.due_at < $1
    AND use_case.clock = 'WALL' AND use_case.status <> 'RETIRED'`;

/**
 * Judges the use cases whose open milestones have come due by the wall clock: a milestone is also missed when nobody observes
 * anything any more. Use cases with the EVENT clock are judged by their observations alone.
 * @returns how many milestones changed
 */
export async function judgeDueMilestones(dataSource: DataSource, wall: Date = new Date()): Promise<number> {
  const due: { useCaseId: string }[] = await dataSource.query(DUE, [wall]);
  let changed = 0;
  for (const { useCaseId } of due) changed += (await dataSource.transaction((manager) => recordMilestones(manager, useCaseId, wall))).length;
  return changed;
}

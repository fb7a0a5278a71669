import type { MonitorDefinition } from '@millrace/contracts';
import type { MonitorWindow, WindowPerformance } from '@millrace/db';

/** The performance of a window where it can be stated: enough rows, and enough of them with labels. Else null. */
export function statedPerformance(
  { minimumRows, labelCoverage }: MonitorDefinition,
  { rows, performance }: Pick<MonitorWindow, 'rows' | 'performance'>,
): WindowPerformance | null {
  if (performance === null || rows < minimumRows || performance.labels === 0 || performance.coverage < labelCoverage) return null;
  return performance;
}

import type { RowRetention } from '@millrace/db';
import type { OutcomeRetention } from '../tables/maintain-table.ts';

/** For how long everything is kept that would otherwise grow for ever. */
export interface Retention extends RowRetention, OutcomeRetention {
  /** Artifacts of segments and label batches whose rows are in the lake. */
  readonly ingestedArtifactHours: number;
  /** Versions of datasets that no run, evaluation or model rests on; the newest stays. */
  readonly datasetVersionHours: number;
  /** What killed processes left: longer than any job or upload takes. */
  readonly leftoverHours: number;
}

import type { DataSource } from '@millrace/db';
import type { ArtifactStore } from '@millrace/storage';

/** What the processors of this worker work with. */
export interface TrainingServices {
  readonly dataSource: DataSource;
  readonly artifacts: ArtifactStore;
  /** The folder under which the Delta tables lie. */
  readonly lakehouseFolder: string;
}

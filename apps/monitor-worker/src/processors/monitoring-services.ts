import type { DataSource } from '@millrace/db';
import type { ArtifactStore } from '@millrace/storage';
import type { OutcomeTables } from '../tables/outcome-tables.ts';

/** What the processors of this worker work with. */
export interface MonitoringServices {
  readonly dataSource: DataSource;
  readonly storage: ArtifactStore;
  readonly tables: OutcomeTables;
  /** Where artifacts lie while they are read. */
  readonly workFolder: string;
}

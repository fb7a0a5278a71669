import type { DataSource } from '@millrace/db';
import type { SqlEngine } from '@millrace/lakehouse';

/** What the processors work with. */
export interface EtlServices {
  readonly dataSource: DataSource;
  readonly engine: SqlEngine;
  /** The root of all tables: a dataset lies at `<root>/<workspace>/<name>`. */
  readonly lakehouseFolder: string;
  readonly sourceRoots: readonly string[];
}

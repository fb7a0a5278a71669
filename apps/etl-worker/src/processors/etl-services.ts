import { Workspace, type DataSource } from '@millrace/db';
import type { SqlEngine } from '@millrace/lakehouse';
import type { SourceFolders } from '../source-folders.ts';

/** What the processors work with. */
export interface EtlServices {
  readonly dataSource: DataSource;
  readonly engine: SqlEngine;
  /** The root of all tables: a dataset lies at `<root>/<workspace>/<name>`. */
  readonly lakehouseFolder: string;
  readonly sourceFolders: SourceFolders;
}

/** The folders that the data sources of a workspace may lie in. */
export async function sourceRootsOf({ dataSource, sourceFolders }: EtlServices, workspaceId: string): Promise<string[]> {
  return sourceFolders.of(await dataSource.manager.findOneByOrFail(Workspace, { id: workspaceId }));
}

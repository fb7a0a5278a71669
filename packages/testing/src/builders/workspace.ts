import { newId } from '@millrace/contracts';
import { insertRow, Workspace, type DataSource, type NewRow, type RowClass, type WorkspaceRow } from '@millrace/db';

/** A workspace for one test. Builders put their rows in it. */
export interface TestWorkspace {
  readonly id: string;
  readonly dataSource: DataSource;
}

/** A fresh workspace, so that tests of one file do not meet in the same database. */
export async function seedWorkspace(dataSource: DataSource): Promise<TestWorkspace> {
  const id = newId('workspace');
  await dataSource.manager.insert(Workspace, { id, name: id });
  return { id, dataSource };
}

/** What a test may say about a row; everything else has a sensible default. */
export type Overrides<Row extends WorkspaceRow> = Partial<NewRow<Row>>;

/** Inserts one row of the workspace. */
export function build<Row extends WorkspaceRow>(workspace: TestWorkspace, rowClass: RowClass<Row>, values: Overrides<Row>): Promise<Row> {
  return insertRow(workspace.dataSource.manager, rowClass, { ...values, workspaceId: workspace.id } as NewRow<Row>);
}

let count = 0;

/** A name that no other row of this test run has. */
export function uniqueName(kind: string): string {
  count += 1;
  return `${kind}-${count}`;
}

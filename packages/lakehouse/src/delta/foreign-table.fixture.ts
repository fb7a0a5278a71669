import { mkdirSync, writeFileSync } from 'node:fs';
import type { Action, AddAction, MetaDataAction, ProtocolAction } from './actions.ts';
import type { DeltaField } from './delta-type.ts';
import { commitPath, logFolderOf } from './log-files.ts';

export const longField = (name: string, more: Partial<DeltaField> = {}): DeltaField => ({ name, type: 'long', nullable: true, metadata: {}, ...more });

export const fileCalled = (path: string, more: Partial<AddAction> = {}): AddAction => ({
  path,
  partitionValues: {},
  size: 10,
  modificationTime: 1,
  dataChange: true,
  stats: '{"numRecords":1}',
  ...more,
});

/** Writes a commit as another engine would. */
export function commitByOthers(table: string, version: number, actions: readonly Action[]): void {
  mkdirSync(logFolderOf(table), { recursive: true });
  writeFileSync(commitPath(table, version), actions.map((action) => JSON.stringify(action)).join('\n'));
}

export interface ForeignTable {
  readonly protocol?: ProtocolAction;
  readonly fields?: readonly DeltaField[];
  readonly metaData?: Partial<MetaDataAction>;
  readonly add?: readonly AddAction[];
}

/** Version 0 of a table that another engine made. */
export function makeForeignTable(table: string, { protocol, fields = [longField('a')], metaData, add = [] }: ForeignTable = {}): void {
  commitByOthers(table, 0, [
    { protocol: protocol ?? { minReaderVersion: 1, minWriterVersion: 2 } },
    {
      metaData: {
        id: 'foreign',
        format: { provider: 'parquet', options: {} },
        schemaString: JSON.stringify({ type: 'struct', fields }),
        partitionColumns: [],
        configuration: {},
        createdTime: 1,
        ...metaData,
      },
    },
    ...add.map((file) => ({ add: file })),
  ]);
}

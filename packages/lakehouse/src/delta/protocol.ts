import { MillraceError } from '@millrace/contracts';
import type { MetaDataAction, ProtocolAction } from './actions.ts';

const READER_VERSION = 1;
const WRITER_VERSION = 2;

/** The protocol that tables made here have. */
export const PROTOCOL: ProtocolAction = { minReaderVersion: READER_VERSION, minWriterVersion: WRITER_VERSION };

/** Fails with `TABLE_UNSUPPORTED` where reading the table needs more than reader version 1. */
export function assertReadable(protocol: ProtocolAction, table: string): void {
  if (protocol.minReaderVersion <= READER_VERSION) return;
  const features = protocol.readerFeatures?.join(', ') ?? 'column mapping';
  throw unsupported(table, `needs Delta reader version ${protocol.minReaderVersion} (${features}); this reader knows version ${READER_VERSION}`, {
    ...protocol,
  });
}

/** Fails with `TABLE_UNSUPPORTED` where writing needs more than writer version 2, or an invariant that cannot be checked here. */
export function assertWritable(protocol: ProtocolAction, metaData: MetaDataAction, table: string): void {
  if (protocol.minWriterVersion > WRITER_VERSION) {
    const features = protocol.writerFeatures?.join(', ') ?? 'constraints, generated columns or change feed';
    throw unsupported(table, `needs Delta writer version ${protocol.minWriterVersion} (${features}); this writer knows version ${WRITER_VERSION}`, {
      ...protocol,
    });
  }
  if (metaData.schemaString.includes('"delta.invariants"'))
    throw unsupported(table, 'has column invariants (delta.invariants) that this writer cannot check', {});
  if (metaData.format.provider !== 'parquet') throw unsupported(table, `stores its data as ${metaData.format.provider}, not as parquet`, {});
}

/** Whether only appends are allowed (`delta.appendOnly`). */
export function isAppendOnly(metaData: MetaDataAction): boolean {
  return metaData.configuration['delta.appendOnly'] === 'true';
}

function unsupported(table: string, reason: string, fields: Record<string, unknown>): MillraceError {
  return new MillraceError(
    'TABLE_UNSUPPORTED',
    `The Delta table ${table} ${reason}. Another engine has upgraded it; copy it into a new dataset or disable the feature there.`,
    { fields: { table, ...fields } },
  );
}

import { MillraceError } from '@millrace/contracts';
import type { MetaDataAction, ProtocolAction } from './actions.ts';
import { fieldsOf, isKnownType, nestedFields } from './delta-type.ts';

const READER_VERSION = 1;
const WRITER_VERSION = 2;
/** From these versions on a table lists what it needs by name. */
const READER_WITH_FEATURES = 3;
const WRITER_WITH_FEATURES = 7;

/** The protocol that tables made here have. */
export const PROTOCOL: ProtocolAction = { minReaderVersion: READER_VERSION, minWriterVersion: WRITER_VERSION };

/** Features that ask nothing of a writer while no column and no property makes use of them; where one does, the table is refused. */
const KNOWN_TO_WRITER = new Set(['appendOnly', 'invariants', 'checkConstraints', 'changeDataFeed', 'generatedColumns', 'columnMapping', 'identityColumns']);

/** What a column says that a writer would have to keep, by the key of its metadata. */
const DUTIES: Readonly<Record<string, string>> = {
  'delta.invariants': 'an invariant',
  'delta.generationExpression': 'a generation expression',
  'delta.identity.start': 'an identity',
  __CHAR_VARCHAR_TYPE_STRING: 'a text type with a length',
};

/** Fails with `TABLE_UNSUPPORTED` where the rows of the table could be read wrongly: features, column mapping or types that this reader does not know. */
export function assertReadable(protocol: ProtocolAction, metaData: MetaDataAction, table: string): void {
  const { minReaderVersion, readerFeatures = [] } = protocol;
  if (minReaderVersion > READER_WITH_FEATURES) throw unsupported(table, `needs Delta reader version ${minReaderVersion}`, { ...protocol });
  if (minReaderVersion === READER_WITH_FEATURES && readerFeatures.length > 0)
    throw unsupported(table, `needs what this reader does not know: ${readerFeatures.join(', ')}`, { ...protocol });
  assertNotMapped(metaData, table);
  if (metaData.format.provider !== 'parquet') throw unsupported(table, `stores its data as ${metaData.format.provider}, not as parquet`, {});
  for (const { name, type } of fieldsOf(metaData.schemaString))
    if (!isKnownType(type))
      throw unsupported(table, `has a column "${name}" of the type ${JSON.stringify(type)}, which this reader does not know`, { column: name });
}

/** Fails with `TABLE_UNSUPPORTED` where the log holds, or may hold, what a checkpoint of ours would lose, or a cleaner here must not remove. */
export function assertKnownLog(protocol: ProtocolAction, table: string): void {
  const { minWriterVersion, writerFeatures = [] } = protocol;
  if (minWriterVersion > WRITER_WITH_FEATURES) throw unsupported(table, `needs Delta writer version ${minWriterVersion}`, { ...protocol });
  const unknown = minWriterVersion === WRITER_WITH_FEATURES ? writerFeatures.filter((feature) => !KNOWN_TO_WRITER.has(feature)) : [];
  if (unknown.length > 0) throw unsupported(table, `needs what this writer does not know: ${unknown.join(', ')}`, { ...protocol });
}

/** Fails with `TABLE_UNSUPPORTED` where what is written could break a promise of the table. */
export function assertWritable(protocol: ProtocolAction, metaData: MetaDataAction, table: string): void {
  assertKnownLog(protocol, table);
  assertNotMapped(metaData, table);
  for (const [property, expression] of Object.entries(metaData.configuration))
    if (/^delta\.constraints\./i.test(property))
      throw unsupported(table, `has the CHECK constraint ${property.slice('delta.constraints.'.length)} (${expression}), which this writer cannot check`, {
        constraint: property,
      });
  for (const field of nestedFields(fieldsOf(metaData.schemaString)))
    for (const [key, what] of Object.entries(DUTIES))
      if (field.metadata?.[key] !== undefined)
        throw unsupported(table, `has a column "${field.name}" with ${what} (${key}: ${JSON.stringify(field.metadata[key])}), which this writer cannot keep`, {
          column: field.name,
          metadata: key,
        });
}

/** Whether only appends are allowed (`delta.appendOnly`). */
export function isAppendOnly(metaData: MetaDataAction): boolean {
  return isOn(metaData, 'delta.appendOnly');
}

/** Whether every change of a row is to be told (`delta.enableChangeDataFeed`): files that come and go whole tell it by themselves. */
export function tellsChanges(metaData: MetaDataAction): boolean {
  return isOn(metaData, 'delta.enableChangeDataFeed');
}

function isOn({ configuration }: MetaDataAction, property: string): boolean {
  return configuration[property]?.toLowerCase() === 'true';
}

function assertNotMapped({ configuration }: MetaDataAction, table: string): void {
  const mode = configuration['delta.columnMapping.mode'] ?? 'none';
  if (mode !== 'none') throw unsupported(table, `has column mapping by ${mode} (delta.columnMapping.mode), which is not known here`, { mode });
}

function unsupported(table: string, reason: string, fields: Record<string, unknown>): MillraceError {
  return new MillraceError(
    'TABLE_UNSUPPORTED',
    `The Delta table ${table} ${reason}. Another engine has set it so: take it back there (ALTER TABLE … DROP FEATURE or DROP CONSTRAINT), or copy the table into a new dataset.`,
    { fields: { table, ...fields } },
  );
}

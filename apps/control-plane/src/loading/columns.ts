import type { EntityManager, EntityMetadata, EntityTarget, FindOptionsSelect, ObjectLiteral } from 'typeorm';
import type { SelectedFields } from '../schema/selected-fields.ts';

/** Fields that are made of columns of another name, or of another type: whoever selects the field needs the columns. */
const MADE_OF: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'AvailabilityAssessment.rows': { AvailabilityAssessment: ['result'] },
  'AvailabilityAssessment.findings': { AvailabilityAssessment: ['result'] },
  'Endpoint.urls': { Node: ['url'] },
  'Endpoint.failures': { Endpoint: ['traffic', 'shadow'], Node: ['versionStates'] },
  'ModelVersion.notes': { ModelVersion: ['lineage'] },
  'Node.predictionLog': { Node: ['stats'] },
  'Token.endpoints': { Token: ['endpointIds'] },
};

/** What may be long. Everything else of a row is a few bytes, and resolvers and cursors need it. */
const LONG_TYPES: ReadonlySet<unknown> = new Set(['jsonb', 'text', 'bytea']);
/** Texts that are short, and that other resolvers look at. */
const SHORT_TEXTS: ReadonlySet<string> = new Set(['id', 'name', 'status']);

/**
 * The columns that a query reads of rows: those that its document selects, and all that are short by nature (ids, numbers, instants).
 * A definition of 60 kB that nobody asked for stays in the database. `undefined`, for the whole row, when the document shows nothing of
 * its kind: then the row is read to be worked with.
 */
export function columnsToRead<Row extends ObjectLiteral>(
  manager: EntityManager,
  rowClass: EntityTarget<Row>,
  selected: SelectedFields | undefined,
): FindOptionsSelect<Row> | undefined {
  const metadata = manager.connection.getMetadata(rowClass);
  const type = metadata.name.replace(/Entity$/, '');
  const fields = selected?.get(type);
  if (fields === undefined) return undefined;
  const needed = new Set([...fields, ...hiddenNeeds(type, selected)]);
  return Object.fromEntries(columnsOf(metadata, needed).map((name) => [name, true])) as FindOptionsSelect<Row>;
}

function hiddenNeeds(type: string, selected: SelectedFields | undefined): string[] {
  return Object.entries(MADE_OF).flatMap(([field, columns]) => {
    const [owner = '', name = ''] = field.split('.');
    return selected?.get(owner)?.has(name) === true ? (columns[type] ?? []) : [];
  });
}

function columnsOf({ columns }: EntityMetadata, needed: ReadonlySet<string>): string[] {
  return columns.filter((column) => isShort(column) || needed.has(column.propertyName)).map(({ propertyName }) => propertyName);
}

function isShort({ type, propertyName, isArray }: EntityMetadata['columns'][number]): boolean {
  return (!LONG_TYPES.has(type) && !isArray) || SHORT_TEXTS.has(propertyName) || propertyName.endsWith('Id');
}

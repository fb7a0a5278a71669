import type { Column, ColumnType } from '@millrace/contracts';

/** A Delta type as it stands in `schemaString` (PROTOCOL.md, *Schema Serialization Format*). */
export type DeltaType = string | ArrayDeltaType | StructDeltaType | MapDeltaType;

export interface ArrayDeltaType {
  readonly type: 'array';
  readonly elementType: DeltaType;
  readonly containsNull: boolean;
}
export interface StructDeltaType {
  readonly type: 'struct';
  readonly fields: readonly DeltaField[];
}
export interface MapDeltaType {
  readonly type: 'map';
  readonly keyType: DeltaType;
  readonly valueType: DeltaType;
  readonly valueContainsNull: boolean;
}

export interface DeltaField {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The DuckDB types that hold values of scalar Delta types. */
export const SQL_TYPES: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  byte: 'TINYINT',
  short: 'SMALLINT',
  integer: 'INTEGER',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
};

/** The DuckDB type that holds values of a Delta type. */
export function sqlTypeOf(type: DeltaType): string {
  if (typeof type === 'string') {
    const decimal = /^decimal\((\d+),\s*(\d+)\)$/.exec(type);
    return decimal === null ? (SQL_TYPES[type] ?? 'VARCHAR') : `DECIMAL(${decimal[1]},${decimal[2]})`;
  }
  if (type.type === 'array') return `${sqlTypeOf(type.elementType)}[]`;
  if (type.type === 'map') return `MAP(${sqlTypeOf(type.keyType)}, ${sqlTypeOf(type.valueType)})`;
  return `STRUCT(${type.fields.map((field) => `"${field.name.replaceAll('"', '""')}" ${sqlTypeOf(field.type)}`).join(', ')})`;
}

/** Whether a type, with all that is in it, is one that values are read of. */
export function isKnownType(type: DeltaType): boolean {
  if (typeof type === 'string') return type in SQL_TYPES || /^decimal\(\d+,\s*\d+\)$/.test(type);
  if (type.type === 'array') return isKnownType(type.elementType);
  if (type.type === 'map') return isKnownType(type.keyType) && isKnownType(type.valueType);
  return type.type === 'struct' && type.fields.every((field) => isKnownType(field.type));
}

/** Fields with all that are within them; elements and values of arrays and maps are fields called `element` and `value`. */
export function nestedFields(fields: readonly DeltaField[]): DeltaField[] {
  return fields.flatMap((field) => [field, ...nestedFields(partsOf(field.type))]);
}

function partsOf(type: DeltaType): readonly DeltaField[] {
  if (typeof type === 'string') return [];
  if (type.type === 'struct') return type.fields;
  if (type.type === 'array') return [{ name: 'element', type: type.elementType, nullable: type.containsNull, metadata: {} }];
  return [
    // A key is never NULL.
    { name: 'key', type: type.keyType, nullable: true, metadata: {} },
    { name: 'value', type: type.valueType, nullable: type.valueContainsNull, metadata: {} },
  ];
}

export function schemaStringOf(fields: readonly DeltaField[]): string {
  return JSON.stringify({ type: 'struct', fields });
}

export function fieldsOf(schemaString: string): readonly DeltaField[] {
  const parsed = JSON.parse(schemaString) as StructDeltaType;
  return parsed.fields;
}

/** Fields as the columns that other rooms speak of: nested types by their outer kind, decimals without precision. */
export function columnsOf(fields: readonly DeltaField[]): Column[] {
  return fields.map(({ name, type, nullable }) => ({ name, type: columnTypeOf(type), nullable }));
}

function columnTypeOf(type: DeltaType): ColumnType {
  if (typeof type !== 'string') return type.type;
  return type.startsWith('decimal') ? 'decimal' : (type as ColumnType);
}

export function sameType(left: DeltaType, right: DeltaType): boolean {
  return sqlTypeOf(left) === sqlTypeOf(right);
}

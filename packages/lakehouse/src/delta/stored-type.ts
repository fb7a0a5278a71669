import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { EngineFault } from '../engine/engine-fault.ts';
import { quoteName, quoteText } from '../engine/sql-text.ts';
import { sqlTypeOf, type DeltaField, type DeltaType } from './delta-type.ts';

const DIRECT = new Map<DuckDBTypeId, DeltaType>([
  [DuckDBTypeId.BOOLEAN, 'boolean'],
  [DuckDBTypeId.TINYINT, 'byte'],
  [DuckDBTypeId.SMALLINT, 'short'],
  [DuckDBTypeId.INTEGER, 'integer'],
  [DuckDBTypeId.BIGINT, 'long'],
  [DuckDBTypeId.UTINYINT, 'short'],
  [DuckDBTypeId.USMALLINT, 'integer'],
  [DuckDBTypeId.UINTEGER, 'long'],
  [DuckDBTypeId.UBIGINT, 'decimal(20,0)'],
  [DuckDBTypeId.HUGEINT, 'decimal(38,0)'],
  [DuckDBTypeId.UHUGEINT, 'decimal(38,0)'],
  [DuckDBTypeId.FLOAT, 'float'],
  [DuckDBTypeId.DOUBLE, 'double'],
  [DuckDBTypeId.VARCHAR, 'string'],
  [DuckDBTypeId.ENUM, 'string'],
  [DuckDBTypeId.UUID, 'string'],
  [DuckDBTypeId.TIME, 'string'],
  [DuckDBTypeId.INTERVAL, 'string'],
  [DuckDBTypeId.BLOB, 'binary'],
  [DuckDBTypeId.DATE, 'date'],
  [DuckDBTypeId.TIMESTAMP, 'timestamp'],
  [DuckDBTypeId.TIMESTAMP_TZ, 'timestamp'],
  [DuckDBTypeId.TIMESTAMP_S, 'timestamp'],
  [DuckDBTypeId.TIMESTAMP_MS, 'timestamp'],
  [DuckDBTypeId.TIMESTAMP_NS, 'timestamp'],
]);

/** A column of a result with the Delta type that it is stored as, and the SQL that makes it so. */
export interface StoredColumn {
  readonly field: DeltaField;
  readonly expression: string;
}

/**
 * How a result column of DuckDB is stored in Delta. What DuckDB would write with another logical type, or as something else
 * (HUGEINT becomes DOUBLE), is cast; timestamps without a zone are taken as UTC. A type with no counterpart fails with `SQL_INVALID`.
 */
export function storedColumn(name: string, type: DuckDBType): StoredColumn {
  const stored = deltaTypeOf(name, type);
  const column = quoteName(name);
  const field = { name, type: stored, nullable: true, metadata: {} };
  if (type.typeId === DuckDBTypeId.TIMESTAMP) return { field, expression: finite(name, `make_timestamptz(epoch_us(${column}))`) };
  if (type.typeId === DuckDBTypeId.DATE || type.typeId === DuckDBTypeId.TIMESTAMP_TZ) return { field, expression: finite(name, column) };
  const target = sqlTypeOf(stored);
  return { field, expression: String(type) === target ? column : `CAST(${column} AS ${target})` };
}

/** Delta has no infinite times: DuckDB would make them null, or a day in the year 5,881,580. */
function finite(name: string, expression: string): string {
  const message = `The column "${name}" of the transform has an infinite time, which a Delta table cannot hold. Leave such rows out, or make them null.`;
  return `CASE WHEN isinf(${quoteName(name)}) THEN error(${quoteText(message)}) ELSE ${expression} END`;
}

function deltaTypeOf(name: string, type: DuckDBType): DeltaType {
  const direct = DIRECT.get(type.typeId);
  if (direct !== undefined) return direct;
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type;
      return `decimal(${width},${scale})`;
    }
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return { type: 'array', elementType: deltaTypeOf(name, type.valueType), containsNull: true };
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type;
      return { type: 'map', keyType: deltaTypeOf(name, keyType), valueType: deltaTypeOf(name, valueType), valueContainsNull: true };
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type;
      return {
        type: 'struct',
        fields: entryNames.map((entry, index) => ({ name: entry, type: deltaTypeOf(name, entryTypes[index] ?? type), nullable: true, metadata: {} })),
      };
    }
    default:
      throw new EngineFault(
        'SQL_INVALID',
        `The column "${name}" of the transform has the type ${String(type)}, which a Delta table cannot hold. Cast it, for example to VARCHAR.`,
        { column: name, type: String(type) },
      );
  }
}

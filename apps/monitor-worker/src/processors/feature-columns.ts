import type { Column, ColumnType, Signature } from '@millrace/contracts';
import type { EntityManager } from '@millrace/db';

const SIGNATURES = `
  SELECT v.signature FROM model_version v JOIN model m ON m.id = v.model_id JOIN endpoint e ON e.use_case_id = m.use_case_id
  WHERE e.id = $1 ORDER BY v.created_at, v.id`;

const WIDE: Partial<Record<ColumnType, ColumnType>> = {
  byte: 'long',
  short: 'long',
  integer: 'long',
  long: 'long',
  float: 'double',
  double: 'double',
  decimal: 'double',
  boolean: 'boolean',
};

/**
 * The features of every model version that an endpoint may serve, each once, in the widest type of its kind, so that the
 * prediction table stays one table over all versions. What is neither a number nor a boolean is kept as text.
 */
export async function featureColumns(manager: EntityManager, endpointId: string): Promise<Column[]> {
  const rows: { signature: Signature }[] = await manager.query(SIGNATURES, [endpointId]);
  const columns = new Map<string, Column>();
  for (const { name, type } of rows.flatMap((row) => row.signature.features)) {
    const wide = WIDE[type] ?? 'string';
    const known = columns.get(name)?.type;
    columns.set(name, { name, type: known === undefined || known === wide ? wide : widest(known, wide), nullable: true });
  }
  return [...columns.values()];
}

function widest(left: ColumnType, right: ColumnType): ColumnType {
  return [left, right].every((type) => type === 'long' || type === 'double') ? 'double' : 'string';
}

import { MillraceError } from '@millrace/contracts';
import { sameType, sqlTypeOf, type DeltaField } from './delta-type.ts';

/**
 * The fields of a table after data with `incoming` fields is added: those it had, then the new ones, nullable. A column whose type
 * changed, or whose name differs from another only by case, fails with `BAD_INPUT`; older files could no longer be read.
 */
export function mergeFields(table: string, existing: readonly DeltaField[], incoming: readonly DeltaField[]): readonly DeltaField[] {
  const known = new Map(existing.map((field) => [field.name.toLowerCase(), field]));
  const added: DeltaField[] = [];
  for (const field of incoming) {
    const old = known.get(field.name.toLowerCase());
    if (old === undefined) {
      known.set(field.name.toLowerCase(), field);
      added.push({ ...field, nullable: true });
      continue;
    }
    if (old.name !== field.name) throw clash(table, field, `the dataset calls it "${old.name}"`, old);
    if (!sameType(old.type, field.type)) throw clash(table, field, `the dataset has it as ${sqlTypeOf(old.type)}`, old);
  }
  return added.length === 0 ? existing : [...existing, ...added];
}

function clash(table: string, field: DeltaField, but: string, old: DeltaField): MillraceError {
  return new MillraceError(
    'BAD_INPUT',
    `Column "${field.name}" would be written as ${sqlTypeOf(field.type)}, but ${but}. Cast it in the transform, declare its type in the reading definition of the source, or load into a new dataset.`,
    { fields: { table, column: field.name, written: field.type, stored: old.type } },
  );
}

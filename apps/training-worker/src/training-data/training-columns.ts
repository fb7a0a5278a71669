import { MillraceError, type Column, type TrainingSpec } from '@millrace/contracts';

const LABEL_TYPES: ReadonlySet<string> = new Set(['boolean', 'byte', 'short', 'integer', 'long', 'float', 'double', 'decimal']);
const TIME_TYPES: ReadonlySet<string> = new Set(['timestamp', 'date']);

/** The names of the columns that a spec needs, each once. Throws `TRAINING_DATA_UNUSABLE` when the schema lacks one or gives it a type that cannot serve. */
export function trainingColumns(spec: TrainingSpec, schema: readonly Column[]): string[] {
  const types = new Map(schema.map(({ name, type }) => [name, type]));
  const needed = [...new Set([...spec.features, spec.label, spec.split.timeColumn])];
  const missing = needed.filter((name) => !types.has(name));
  if (missing.length > 0) {
    throw unusable(`The dataset version has no column ${missing.map((name) => `"${name}"`).join(', ')}. It has: ${[...types.keys()].join(', ')}.`, { missing });
  }
  requireType('label', spec.label, types.get(spec.label), LABEL_TYPES, 'a number or boolean that is 0 or 1');
  requireType('time column', spec.split.timeColumn, types.get(spec.split.timeColumn), TIME_TYPES, 'a timestamp or date');
  return needed;
}

function requireType(role: string, name: string, type: string | undefined, allowed: ReadonlySet<string>, wanted: string): void {
  if (type !== undefined && allowed.has(type)) return;
  throw unusable(`The ${role} "${name}" has type ${type}; it must be ${wanted}.`, { column: name, type });
}

function unusable(message: string, fields: Readonly<Record<string, unknown>>): MillraceError {
  return new MillraceError('TRAINING_DATA_UNUSABLE', message, { fields });
}

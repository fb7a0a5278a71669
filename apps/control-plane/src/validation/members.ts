import { exactTextSchema, instantSchema, measureSchema, nameSchema } from '@millrace/contracts';
import { z } from 'zod';

/** A name that people read. */
export const name = nameSchema();

/** The name of something that exists: it may be any text, and is looked up as it is. */
export const reference = z.string().max(200);

/** A name that appears in URLs, tables and file names. */
export const slug = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'must be 1 to 63 letters, digits, hyphens or underscores, and begin with a letter or digit');

/** Prose: 1 to 20,000 characters. */
export const prose = z.string().max(20_000).trim().pipe(exactTextSchema(20_000));

export const id = z.string().min(1).max(64);

export const number = measureSchema;

/** A count that fits the `Int` of GraphQL and the `integer` of PostgreSQL. */
export const int = z.int().min(0).max(2_147_483_647);

export const instant = instantSchema;

/** A JSON object, kept as it came, whatever its keys: `z.record` drops `__proto__`. */
export const record = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a JSON object',
);

/** GraphQL knows absent and null; the house knows only absent. */
export function optional<Value extends z.ZodType>(value: Value) {
  return value.nullish().transform((given) => given ?? undefined);
}

/** What was left out is null. */
export function orNull<Value extends z.ZodType>(value: Value) {
  return value.nullish().transform((given) => given ?? null);
}

import { z } from 'zod';

/** A name that people read: 1 to 200 characters, no control characters, no blanks around it. */
export const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters');

/** A name that appears in URLs, tables and file names. */
export const slug = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'must be 1 to 63 letters, digits, hyphens or underscores, and begin with a letter or digit');

/** Prose: 1 to 20,000 characters. */
export const prose = z
  .string()
  .trim()
  .min(1)
  .max(20_000)
  .refine((text) => !text.includes('\0'), 'must not contain NUL characters');

export const id = z.string().min(1).max(64);

export const number = z.number();

export const instant = z.date();

export const record = z.record(z.string(), z.unknown());

/** GraphQL knows absent and null; the house knows only absent. */
export function optional<Value extends z.ZodType>(value: Value) {
  return value.nullish().transform((given) => given ?? undefined);
}

/** What was left out is null. */
export function orNull<Value extends z.ZodType>(value: Value) {
  return value.nullish().transform((given) => given ?? null);
}

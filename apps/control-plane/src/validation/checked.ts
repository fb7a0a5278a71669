import { MillraceError } from '@millrace/contracts';
import type { z } from 'zod';

type InputClass = abstract new () => object;

const SCHEMAS = new Map<InputClass, z.ZodType>();

/** Says which schema the values of an input type must satisfy. The compiler checks that the schema yields what the class declares. */
export function Checked<Output extends object>(schema: z.ZodType<Output>) {
  return (target: new () => Output): void => {
    SCHEMAS.set(target, schema);
  };
}

/** The schemas of the input types, by the name of the type. */
export function checkedSchemas(): ReadonlyMap<string, z.ZodType> {
  return new Map([...SCHEMAS].map(([{ name }, schema]) => [name, schema]));
}

/**
 * Checks one argument of a field against the schema of its input type and replaces its members by the parsed ones, defaults filled in.
 * Fails with `BAD_INPUT` that names the path of the first bad field and lists them all.
 */
export function checkArgument(value: unknown, inputType: unknown): void {
  const schema = typeof inputType === 'function' ? SCHEMAS.get(inputType as InputClass) : undefined;
  if (schema === undefined || typeof value !== 'object' || value === null) return;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw badInput(parsed.error, 'input');
  Object.assign(value, parsed.data);
}

/** The issues of a schema as one `BAD_INPUT`. `root` is the name of what was parsed. */
export function badInput(error: z.ZodError, root: string): MillraceError {
  const issues = error.issues.flatMap(pathsOf).map(({ path, message }) => ({ path: [root, ...path.map(String)].join('.'), message }));
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return new MillraceError('BAD_INPUT', `${first?.path ?? root}: ${first?.message ?? 'is not valid'}${more}.`, {
    fields: { path: first?.path ?? root, issues: issues.slice(0, 50) },
  });
}

/** A key that nobody knows is named itself, not what it lies in. */
function pathsOf(issue: z.core.$ZodIssue): { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not known' }));
}

/** The values of an input, without its class: what a row is made of. */
export function valuesOf<Input extends object>(input: Input): { readonly [Member in keyof Input]: Input[Member] } {
  return Object.assign({}, input);
}

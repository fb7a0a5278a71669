import { MillraceError } from '@millrace/contracts';
import type { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment as the shape asks for it; other variables are left alone and an empty one counts as not set.
 * @throws MillraceError `BAD_INPUT` that lists every variable that is missing or wrong. Values are not repeated: they may be secrets.
 */
export function parseEnv<Shape extends z.ZodObject>(shape: Shape, environment: Environment): z.infer<Shape> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = shape.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return { name, problem: name in present ? message : 'is not set' };
  });
  const list = problems.map(({ name, problem }) => `${name}: ${problem}`).join('; ');
  throw new MillraceError('BAD_INPUT', `The environment is not complete: ${list}.`, { fields: { problems } });
}

import { MillraceError } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseEnv } from './parse-env.ts';

const shape = z.object({
  DATABASE_URL: z.url(),
  PORT: z.coerce.number().int().max(65_535).default(0),
  LEASE_SECONDS: z.coerce.number().positive().default(30),
});

const read = (): unknown => parseEnv(shape, { PORT: '70000', LEASE_SECONDS: 'secret' });

describe('the environment', () => {
  it('is parsed to values, with what is missing by default and the rest ignored', () => {
    const env = parseEnv(shape, { DATABASE_URL: 'postgres://127.0.0.1/a', PORT: '', LEASE_SECONDS: '5', HOME: '/root' });
    expect(env).toEqual({ DATABASE_URL: 'postgres://127.0.0.1/a', PORT: 0, LEASE_SECONDS: 5 });
  });

  it('names every variable that is wrong in one error, and repeats no value', () => {
    expect(read).toThrow(MillraceError);
    expect(read).toThrow(/DATABASE_URL: is not set; PORT: .*; LEASE_SECONDS: /);
    expect(read).not.toThrow(/secret/);
    expect(read).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

import { MillraceError } from '@millrace/contracts';
import type { Caller } from '../context/caller.ts';
import type { FieldPolicy } from './policy.ts';
import { allows } from './scopes.ts';

/** Fails with `FORBIDDEN` unless the caller has one of the scopes that `what` needs. */
export function requireScope({ scopes: held }: Caller, { scopes: needed }: FieldPolicy, what: string): void {
  if (allows(held, needed)) return;
  throw new MillraceError('FORBIDDEN', `"${what}" needs a token with the scope ${needed.join(' or ')}. This one has ${held.join(', ') || 'none'}.`, {
    fields: { needed, held },
  });
}

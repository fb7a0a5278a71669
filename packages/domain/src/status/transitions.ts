import { MillraceError } from '@millrace/contracts';

/** For each state, the states that may follow it. A state with an empty list is final. */
export type TransitionTable<Status extends string> = Readonly<Record<Status, readonly Status[]>>;

/**
 * `to`, if the table allows it after `from`.
 *
 * @throws MillraceError ILLEGAL_TRANSITION with `from`, `to` and the states that would be allowed.
 */
export function nextStatus<Status extends string>(noun: string, table: TransitionTable<Status>, from: Status, to: Status): Status {
  const allowed = table[from];
  if (allowed.includes(to)) return to;
  const instead = allowed.length === 0 ? `${from} is final` : `from ${from} it may become ${allowed.join(', ')}`;
  throw new MillraceError('ILLEGAL_TRANSITION', `A ${noun} cannot go from ${from} to ${to}; ${instead}`, { fields: { noun, from, to, allowed } });
}

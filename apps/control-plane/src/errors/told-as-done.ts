import { MillraceError } from '@millrace/contracts';
import { asMillraceError } from './as-millrace-error.ts';

/**
 * A refusal that came after something of the request was committed: it says so, because whoever reads `TIMEOUT` would do the same once
 * more. Sent again with its idempotency key the request finds what is done; without one it would be done twice.
 */
export function toldAsDone(thrown: unknown, commits: number, hasKey: boolean): unknown {
  const error = asMillraceError(thrown);
  if (commits === 0 || error.code === 'INTERNAL') return thrown;
  const what =
    commits === 1
      ? 'The first change of the request was committed before, and stays'
      : `The first ${commits} changes of the request were committed before, and stay`;
  return new MillraceError(error.code, `${error.message} ${what}.`, {
    retryable: error.retryable && hasKey,
    fields: { ...error.fields, committed: commits },
    cause: error,
  });
}

import { MillraceError } from '@millrace/contracts';
import { isConnectionError } from '@millrace/db';

interface DriverError {
  readonly code?: unknown;
  readonly driverError?: unknown;
}

/** What a driver or TypeORM threw as an error with a stable code. What is not known becomes `INTERNAL`, with the original as its cause. */
export function asMillraceError(thrown: unknown): MillraceError {
  if (thrown instanceof MillraceError) return thrown;
  return fromDatabase(thrown) ?? MillraceError.wrap(thrown);
}

function fromDatabase(thrown: unknown): MillraceError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const error = thrown as DriverError;
  const code = error.code ?? (error.driverError as DriverError | undefined)?.code;
  if (isConnectionError(thrown)) {
    return new MillraceError('UNAVAILABLE', 'The database cannot be used at the moment. Try again in a few seconds.', { cause: thrown });
  }
  if (code === '23505') {
    return new MillraceError('CONFLICT', 'Something with the same name or number exists already. Choose another name, or use what exists.', { cause: thrown });
  }
  if (code === '40001' || code === '40P01' || code === '55P03') {
    return new MillraceError('CONFLICT', 'Another call changed the same thing at the same time. Try again.', { retryable: true, cause: thrown });
  }
  if (code === '22021' || code === '22P05' || code === '22003' || code === '22008' || code === '22P02') {
    return new MillraceError('BAD_INPUT', 'The input has a value that the database cannot hold: a NUL character, or a number or date out of range.', {
      cause: thrown,
    });
  }
  if (code === '57014') return new MillraceError('TIMEOUT', 'The database took too long to answer. Ask for less, or try again.', { cause: thrown });
  return undefined;
}

import { MillraceError } from '@millrace/contracts';

/** PostgreSQL's own codes for "not now": class 08, shutdown, crash, start-up, too many connections. */
const SQL_STATES = /^(08...|57P0[1-3]|53300)$/;
const SYSTEM_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** `pg` and TypeORM give these no code. */
const MESSAGES = /connection terminated|not queryable|timeout exceeded when trying to connect|query runner already released|client was closed/i;

/** Whether the connection failed rather than the statement, so that the same work may succeed on a new connection. */
export function isConnectionError(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (thrown instanceof AggregateError && thrown.errors.some(isConnectionError)) return true;
  const code = 'code' in thrown ? thrown.code : undefined;
  if (SYSTEM_CODES.has(code) || (typeof code === 'string' && SQL_STATES.test(code)) || MESSAGES.test(thrown.message)) return true;
  return 'driverError' in thrown && thrown.driverError !== thrown && isConnectionError(thrown.driverError);
}

/** Does the work; a lost or refused connection comes out as a retryable `UNAVAILABLE`, everything else as it was. */
export async function whileConnected<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (!isConnectionError(thrown)) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new MillraceError('UNAVAILABLE', `The database cannot be reached: ${reason}. Try again.`, { retryable: true, cause: thrown });
  }
}

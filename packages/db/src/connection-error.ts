import { MillraceError } from '@millrace/contracts';

/** PostgreSQL's own codes for "not now": class 08, shutdown, crash, start-up, no more room on its disk, memory or connections, and a disk that fails. */
const SQL_STATES = /^(08...|57P0[1-3]|53[0-3]00|58030)$/;
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
const MESSAGES = /connection terminated|not queryable|timeout exceeded when trying to connect|query runner (?:was )?already released|client was closed/i;

/** Whether the connection or the server failed rather than the statement, so that the same work may succeed later, on a new connection. */
export function isConnectionError(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (thrown instanceof AggregateError && thrown.errors.some(isConnectionError)) return true;
  const code = 'code' in thrown ? thrown.code : undefined;
  if (SYSTEM_CODES.has(code) || (typeof code === 'string' && SQL_STATES.test(code)) || MESSAGES.test(thrown.message)) return true;
  return 'driverError' in thrown && thrown.driverError !== thrown && isConnectionError(thrown.driverError);
}

/** A database that is away or has no room as a retryable `UNAVAILABLE`; `undefined` for everything else. */
export function unavailableOf(thrown: unknown): MillraceError | undefined {
  if (thrown instanceof MillraceError || !isConnectionError(thrown)) return undefined;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new MillraceError('UNAVAILABLE', `The database cannot be used at the moment: ${reason}. Try again.`, { retryable: true, cause: thrown });
}

/** Does the work; a database that is away or has no room comes out as a retryable `UNAVAILABLE`, everything else as it was. */
export async function whileConnected<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw unavailableOf(thrown) ?? thrown;
  }
}

import { MillraceError } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { isConnectionError, unavailableOf, whileConnected } from './connection-error.ts';

const coded = (code: string): Error => Object.assign(new Error('broken'), { code });
const LOST = [
  coded('ECONNREFUSED'),
  coded('57P01'),
  coded('57P03'),
  coded('08006'),
  coded('53300'),
  Object.assign(new Error('could not extend file "base/16384/16877": No space left on device'), { code: '53100' }),
  coded('53200'),
  coded('58030'),
  new Error('Connection terminated unexpectedly'),
  new Error('Query runner already released. Cannot run queries anymore.'),
  new Error('Database connection provided by a query runner was already released, cannot continue to use its querying methods anymore.'),
  new Error('Client has encountered a connection error and is not queryable'),
  Object.assign(new Error('query failed'), { driverError: coded('ECONNRESET') }),
  new AggregateError([coded('ECONNREFUSED')]),
];

describe('whileConnected', () => {
  it('says it once where one is in another', async () => {
    const lost = whileConnected(() => whileConnected(() => Promise.reject(coded('57P01'))));
    await expect(lost).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'The database cannot be used at the moment: broken. Try again.' });
    const told = whileConnected(() => whileConnected(() => Promise.reject(new Error('Query runner already released.'))));
    await expect(told).rejects.toMatchObject({ message: 'The database cannot be used at the moment: Query runner already released.. Try again.' });
  });

  it.each(LOST)('makes a retryable UNAVAILABLE of %o', async (thrown) => {
    await expect(whileConnected(() => Promise.reject(thrown))).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true, cause: thrown });
  });

  it.each([coded('23505'), coded('42P01'), coded('53400'), new Error('no'), new MillraceError('NOT_FOUND', 'no'), 'no'])('lets %o through', async (thrown) => {
    expect(isConnectionError(thrown)).toBe(false);
    expect(unavailableOf(thrown)).toBeUndefined();
    await expect(whileConnected(() => Promise.reject(thrown))).rejects.toBe(thrown);
  });
});

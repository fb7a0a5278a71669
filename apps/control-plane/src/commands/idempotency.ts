import { MillraceError } from '@millrace/contracts';
import { IdempotencyRecord, insertRow } from '@millrace/db';
import type { Work } from '../context/work.ts';

/** A mutation that is to happen once, however often it is sent. */
export interface IdempotentCall {
  /** What the caller sent in `Idempotency-Key`, followed by the alias when the document has more than one mutation. */
  readonly key: string;
  /** A digest of the body: the same key with another one is a mistake of the caller. */
  readonly requestHash: string;
}

const KEY = /^[\x21-\x7e]{1,200}$/;

/** The key of a request, checked. */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || KEY.test(header)) return header;
  throw new MillraceError('BAD_INPUT', 'The header Idempotency-Key must be 1 to 200 visible ASCII characters, for example a UUID.', {
    fields: { path: 'Idempotency-Key' },
  });
}

/**
 * Takes the key for the rest of the transaction, or returns what was answered under it before.
 * The advisory lock goes with the transaction, so a crash in the middle leaves no key behind that nobody can use.
 */
export async function claimKey(work: Work, call: IdempotentCall): Promise<{ readonly answer: unknown } | undefined> {
  const lock = `${work.caller.tokenId} ${call.key}`;
  const [{ taken } = { taken: false }]: { taken: boolean }[] = await work.manager.query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken', [
    lock,
  ]);
  if (!taken) throw inProgress(call.key);
  const record = await work.manager.findOneBy(IdempotencyRecord, { workspaceId: work.workspaceId, tokenId: work.caller.tokenId, key: call.key });
  if (record === null) return undefined;
  if (record.requestHash !== call.requestHash) {
    throw new MillraceError('CONFLICT', `The idempotency key "${call.key}" was used for another request. Send a new key with each new request.`, {
      fields: { key: call.key },
    });
  }
  const { answer, withheld } = record.response as KeptAnswer;
  if (withheld) throw shownOnce(call.key);
  return { answer };
}

export async function storeAnswer(work: Work, call: IdempotentCall, answer: unknown): Promise<void> {
  const { workspaceId, caller } = work;
  await insertRow(work.manager, IdempotencyRecord, {
    workspaceId,
    tokenId: caller.tokenId,
    key: call.key,
    requestHash: call.requestHash,
    response: kept(answer),
  });
}

interface KeptAnswer {
  readonly answer: unknown;
  /** Whether a secret was left out, without which the answer is not whole. */
  readonly withheld: boolean;
}

/** Secrets and hashes are never kept. */
function kept(answer: unknown): KeptAnswer {
  let withheld = false;
  const text = JSON.stringify(answer, (key, value: unknown) => {
    withheld ||= key === 'secret';
    return key === 'hash' || key === 'secret' ? undefined : value;
  });
  return { answer: JSON.parse(text) as unknown, withheld };
}

function shownOnce(key: string): MillraceError {
  return new MillraceError(
    'CONFLICT',
    `The request with the idempotency key "${key}" was answered with a secret, which is shown only once. Revoke what it made, and make another.`,
    { fields: { key } },
  );
}

function inProgress(key: string): MillraceError {
  return new MillraceError('CONFLICT', `A request with the idempotency key "${key}" is still being worked on. Try again in a moment.`, {
    retryable: true,
    fields: { key },
  });
}

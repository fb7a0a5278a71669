import { MillraceError, newId } from '@millrace/contracts';
import { IdempotencyRecord, insertRow, Token } from '@millrace/db';
import type { EntityManager } from 'typeorm';
import type { FieldPolicy } from '../authorisation/policy.ts';
import type { Caller } from '../context/caller.ts';
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
 * Takes the key for the rest of the transaction, or returns what was resolved under it before.
 * The advisory lock goes with the transaction, so a crash in the middle leaves no key behind that nobody can use.
 */
export async function claimKey(work: Work, call: IdempotentCall): Promise<{ readonly answer: unknown } | undefined> {
  const lock = `${work.caller.tokenId} ${call.key}`;
  const [{ taken } = { taken: false }]: { taken: boolean }[] = await work.manager.query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken', [
    lock,
  ]);
  if (!taken) throw inProgress(call.key);
  const record = await work.manager.findOne(IdempotencyRecord, { ...NAMED, where: whereOf(work.caller, call) });
  if (record === null) return undefined;
  requireSame(record, call);
  if (record.response === null) throw shownOnce(call.key);
  return { answer: JSON.parse(record.response) as unknown };
}

/**
 * Keeps what a root field was resolved to, in the transaction that changed it: should the process end before the answer is kept, the
 * selection of the same request is resolved from it again. `NO_ANSWER` is for fields that answer with a secret.
 */
export async function storeResolved(work: Work, call: IdempotentCall, resolved: unknown, kept: FieldPolicy['kept']): Promise<void> {
  const { manager, workspaceId, caller } = work;
  const response = kept === 'NO_ANSWER' ? null : JSON.stringify(resolved ?? null, withoutHashes);
  await insertRow(manager, IdempotencyRecord, { workspaceId, tokenId: caller.tokenId, key: call.key, requestHash: call.requestHash, response });
}

/** What was answered under the key of a request before, to the letter. */
export async function answerGiven(manager: EntityManager, caller: Caller, call: IdempotentCall): Promise<string | undefined> {
  const record = await manager.findOne(IdempotencyRecord, { select: { id: true, requestHash: true, answer: true }, where: whereOf(caller, call) });
  if (record === null) return undefined;
  requireSame(record, call);
  return record.answer ?? undefined;
}

/**
 * Keeps the whole answer of a request before it is sent, and returns what is to be sent: of two that answer the same request at a time,
 * the one that is kept first is the answer of both.
 */
export async function keepAnswer(manager: EntityManager, caller: Caller, call: IdempotentCall, answer: string): Promise<string> {
  const { tokenId, workspaceId } = caller;
  const mine: unknown[] = await manager.query(KEEP_ANSWER, [newId('idempotencyRecord'), workspaceId, tokenId, call.key, call.requestHash, answer]);
  return mine.length > 0 ? answer : ((await answerGiven(manager, caller, call)) ?? answer);
}

/** A request with several mutations has a record for each, and this one for all. */
const KEEP_ANSWER = `
  INSERT INTO idempotency_record (id, workspace_id, token_id, key, request_hash, answer) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (workspace_id, token_id, key) DO UPDATE SET answer = excluded.answer
    WHERE idempotency_record.answer IS NULL AND idempotency_record.request_hash = excluded.request_hash
  RETURNING id`;

const NAMED = { select: { id: true, requestHash: true, response: true } } as const;

function whereOf({ tokenId, workspaceId }: Caller, { key }: IdempotentCall): { readonly workspaceId: string; readonly tokenId: string; readonly key: string } {
  return { workspaceId, tokenId, key };
}

function requireSame({ requestHash }: IdempotencyRecord, call: IdempotentCall): void {
  if (requestHash === call.requestHash) return;
  throw new MillraceError('CONFLICT', `The idempotency key "${call.key}" was used for another request. Send a new key with each new request.`, {
    fields: { key: call.key },
  });
}

/** Hashes of tokens are kept in their own rows only; a member of that name in somebody's JSON is no such hash. */
function withoutHashes(this: unknown, key: string, value: unknown): unknown {
  return key === 'hash' && this instanceof Token ? undefined : value;
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

import type { EntityManager } from 'typeorm';
import type { FieldPolicy } from '../authorisation/policy.ts';
import type { Caller } from '../context/caller.ts';
import type { Work } from '../context/work.ts';
import { recordAuditEvent } from './audit.ts';
import { claimKey, storeResolved, type IdempotentCall } from './idempotency.ts';

/** One root field of a mutation on its way to its resolver. */
export interface MutationCall {
  readonly caller: Caller;
  /** The name of the field. */
  readonly action: string;
  readonly policy: FieldPolicy;
  readonly args: Readonly<Record<string, unknown>>;
  /** Present when the caller sent an `Idempotency-Key`. */
  readonly idempotent: IdempotentCall | undefined;
  readonly execute: (work: Work) => Promise<unknown>;
}

/**
 * The one place that every mutation passes. One transaction holds what the resolver changed, the jobs it enqueued, the audit
 * event and the answer kept under the idempotency key: all of it is there after the commit, or none of it.
 * A mutation that failed keeps nothing, so its key is free again. One that was told before leaves nothing a second time.
 */
export function runMutation(connection: EntityManager, call: MutationCall): Promise<unknown> {
  return connection.transaction(async (manager) => {
    const work: Work = { manager, caller: call.caller, workspaceId: call.caller.workspaceId };
    if (call.idempotent === undefined || call.policy.kept === 'NOTHING') return execute(work, call);
    const kept = await claimKey(work, call.idempotent);
    if (kept !== undefined) return kept.answer;
    const answer = await execute(work, call);
    await storeResolved(work, call.idempotent, answer, call.policy.kept);
    return answer;
  });
}

async function execute(work: Work, call: MutationCall): Promise<unknown> {
  let isRepeated = false;
  const repeats = (): void => {
    isRepeated = true;
  };
  const answer = await call.execute({ ...work, repeats });
  if (call.policy.kept !== 'NOTHING' && !isRepeated) await recordAuditEvent(work, { action: call.action, args: call.args, answer });
  return answer;
}

import type { EntityManager } from 'typeorm';
import type { Caller } from './caller.ts';

/**
 * What a service method needs to know about the call it serves. In a mutation `manager` is the transaction that the whole
 * mutation runs in, together with its audit event and its idempotency record; in a query it is the pool.
 */
export interface Work {
  readonly manager: EntityManager;
  readonly caller: Caller;
  readonly workspaceId: string;
}

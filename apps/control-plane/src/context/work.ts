import type { EntityManager } from 'typeorm';
import type { SelectedFields } from '../schema/selected-fields.ts';
import type { Caller } from './caller.ts';

/**
 * What a service method needs to know about the call it serves. In a mutation `manager` is the transaction that the whole
 * mutation runs in, together with its audit event and its idempotency record; in a query it is the connection of the request.
 */
export interface Work {
  readonly manager: EntityManager;
  readonly caller: Caller;
  readonly workspaceId: string;
  /** Of a query: what is shown of the rows, so that nothing else is read. Absent where rows are changed: those are read whole. */
  readonly selected?: SelectedFields | undefined;
  /** Of a mutation: says that it was told before and changes nothing, so that it leaves no audit event either. */
  readonly repeats?: (() => void) | undefined;
}

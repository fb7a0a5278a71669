import { OperationTypeNode } from 'graphql';
import { POLICY } from '../authorisation/policy.ts';
import type { Operation } from '../execution/operations.ts';
import { rootFields } from '../execution/root-fields.ts';

/** In the order in which they are served: leases and heartbeats keep jobs and nodes alive, mutations are work that somebody did, reads can be asked again. */
export const LANES = ['LEASES', 'MUTATIONS', 'READS'] as const;
export type Lane = (typeof LANES)[number];

/** The lane of an operation: that of leases only if all its root fields are of those that the policy calls urgent. */
export function laneOf(operation: Operation): Lane {
  if (operation.kind !== OperationTypeNode.MUTATION) return 'READS';
  return rootFields(operation).every((name) => POLICY.Mutation[name]?.urgent === true) ? 'LEASES' : 'MUTATIONS';
}

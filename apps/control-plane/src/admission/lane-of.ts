import { Kind, OperationTypeNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { POLICY } from '../authorisation/policy.ts';
import type { Operation } from '../execution/operations.ts';

/** In the order in which they are served: leases and heartbeats keep jobs and nodes alive, mutations are work that somebody did, reads can be asked again. */
export const LANES = ['LEASES', 'MUTATIONS', 'READS'] as const;
export type Lane = (typeof LANES)[number];

/** The lane of an operation: that of leases only if all its root fields are of those that the policy calls urgent. */
export function laneOf({ document, kind, selectionSet }: Operation): Lane {
  if (kind !== OperationTypeNode.MUTATION) return 'READS';
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return isUrgent(selectionSet, fragments) ? 'LEASES' : 'MUTATIONS';
}

function isUrgent({ selections }: SelectionSetNode, fragments: readonly FragmentDefinitionNode[]): boolean {
  return selections.every((selection) => {
    if (selection.kind === Kind.FIELD) return POLICY.Mutation[selection.name.value]?.urgent === true;
    if (selection.kind === Kind.INLINE_FRAGMENT) return isUrgent(selection.selectionSet, fragments);
    const fragment = fragments.find(({ name }) => name.value === selection.name.value);
    return fragment !== undefined && isUrgent(fragment.selectionSet, fragments);
  });
}

import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';
import type { Operation } from './operations.ts';

/** The names of the root fields of an operation, those of fragments with them. */
export function rootFields({ document, selectionSet }: Pick<Operation, 'document' | 'selectionSet'>): string[] {
  return namesIn(selectionSet, document);
}

function namesIn({ selections }: SelectionSetNode, document: DocumentNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return namesIn(selection.selectionSet, document);
    const { definitions } = document;
    const fragment = definitions.find((definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value);
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? namesIn(fragment.selectionSet, document) : [];
  });
}

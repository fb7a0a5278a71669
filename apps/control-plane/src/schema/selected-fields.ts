import { TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type GraphQLSchema } from 'graphql';

/** The fields that a document names, by the type that they belong to. Skipped fields count, and so do operations that do not run. */
export type SelectedFields = ReadonlyMap<string, ReadonlySet<string>>;

export function selectedFields(schema: GraphQLSchema, document: DocumentNode): SelectedFields {
  const selected = new Map<string, Set<string>>();
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: ({ name }) => {
        const parent = types.getParentType()?.name;
        if (parent === undefined) return;
        const known = selected.get(parent) ?? new Set();
        selected.set(parent, known.add(name.value));
      },
    }),
  );
  return selected;
}

import { isEnumType, isInputObjectType, isObjectType, type GraphQLSchema } from 'graphql';

const per = (count: number, owners: number): number => Math.max(1, Math.ceil(count / Math.max(1, owners)));
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** How many rows each list of the introspection has, on average over what it belongs to: what a level of it costs. */
export type IntrospectionRows = Readonly<Record<string, number>>;

/** From the schema itself, so that asking for all of it costs about what it returns, and asking twice costs twice that. */
export function introspectionRows(schema: GraphQLSchema): IntrospectionRows {
  const types = Object.values(schema.getTypeMap());
  const fields = types.flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()) : []));
  return {
    types: types.length,
    directives: schema.getDirectives().length,
    fields: per(fields.length, types.length),
    args: per(sum(fields.map(({ args }) => args.length)), fields.length),
    inputFields: per(sum(types.map((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0))), types.length),
    enumValues: per(sum(types.map((type) => (isEnumType(type) ? type.getValues().length : 0))), types.length),
    interfaces: 1,
    possibleTypes: 1,
    locations: 3,
    // No list, but a chain that ends after a level or two however long it is asked for.
    ofType: 0.5,
  };
}

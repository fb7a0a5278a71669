import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** Nesting that a JSON value may have: deep enough for every definition, shallow enough for every recursive reader. */
export const MAXIMUM_JSON_DEPTH = 32;

function check(value: unknown, depth = 0): void {
  // JSON has no other numbers, but 1e999 is read as one.
  if (typeof value === 'number' && !Number.isFinite(value)) throw new GraphQLError('A JSON value has a number that is too large to be held.');
  if (depth > MAXIMUM_JSON_DEPTH) throw new GraphQLError(`A JSON value may nest ${MAXIMUM_JSON_DEPTH} levels; this one is too deep.`);
  if (typeof value !== 'object' || value === null) return;
  for (const member of Object.values(value)) check(member, depth + 1);
}

function checked(value: unknown): unknown {
  check(value);
  return value;
}

function literal(node: ValueNode, variables: Readonly<Record<string, unknown>> | null | undefined): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST:
      return node.values.map((member) => literal(member, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literal(field.value, variables)]));
    case Kind.VARIABLE:
      return variables?.[node.name.value];
    case Kind.NULL:
      return null;
  }
}

/** Any JSON value. Its shape is checked where it is used, against the schema that the contracts have for it. */
export const JsonScalar = new GraphQLScalarType<unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: checked,
  parseLiteral: (node, variables) => checked(literal(node, variables)),
});

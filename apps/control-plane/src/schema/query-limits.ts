import { MillraceError } from '@millrace/contracts';
import { GraphQLError, isListType, isNonNullType, Kind, type DocumentNode, type FragmentDefinitionNode, type GraphQLOutputType, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';

/** What one document may ask for. */
export interface QueryLimits {
  readonly depth: number;
  readonly cost: number;
}

interface RequestedDocument {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
}

/** How many rows a list without paging counts for. */
const LIST_COST = 10;

/** Refuses a validated document that nests or costs too much, with `QUERY_TOO_DEEP` or `QUERY_TOO_COSTLY`. Introspection is free: GraphQL bounds it itself. */
export function enforceLimits(requested: RequestedDocument, limits: QueryLimits): void {
  const depth = depthOf(requested.document, requested.operationName);
  if (depth > limits.depth) {
    throw new MillraceError('QUERY_TOO_DEEP', `The query nests ${depth} levels; ${limits.depth} are allowed. Ask in two queries.`, { fields: { depth, maximum: limits.depth } });
  }
  const cost = costOf(requested);
  if (cost > limits.cost) {
    throw new MillraceError('QUERY_TOO_COSTLY', `The query costs ${cost}; ${limits.cost} are allowed. Ask for smaller pages or fewer fields.`, { fields: { cost, maximum: limits.cost } });
  }
}

function costOf({ schema, document: query, operationName, variables }: RequestedDocument): number {
  try {
    return getComplexity({ schema, query, variables, estimators: [estimate], ...(operationName === undefined ? {} : { operationName }) });
  } catch (error) {
    // The estimator stops by itself at 10,000 nodes. Its other complaints are about variables: the execution will list them all, and cost nothing.
    if (error instanceof GraphQLError) return /number of nodes/.test(error.message) ? Number.MAX_SAFE_INTEGER : 0;
    throw error;
  }
}

/** A field costs one, and what is below it once per row that it may return. */
const estimate: ComplexityEstimator = ({ field, type, args, childComplexity }) => {
  if (field.name.startsWith('__')) return 0;
  if (typeof args['first'] === 'number') return 1 + Math.max(args['first'], 0) * childComplexity;
  // The lists of a connection were counted by its `first`.
  const counted = !isList(field.type) || type.name.endsWith('Connection');
  return 1 + (counted ? 1 : LIST_COST) * childComplexity;
};

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function depthOf(document: DocumentNode, operationName: string | undefined): number {
  const fragments = new Map(document.definitions.filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION).map((fragment) => [fragment.name.value, fragment]));
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const asked = operations.filter((operation) => operationName === undefined || operation.name?.value === operationName);
  const known = new Map<string, number>();
  return Math.max(0, ...asked.map((operation) => depthBelow(operation.selectionSet, fragments, known)));
}

/** Depth of a selection. `known` keeps the depth of each fragment, so fragments that use each other many times are walked once. */
function depthBelow(selectionSet: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, known: Map<string, number>): number {
  let deepest = 0;
  for (const selection of selectionSet.selections) {
    deepest = Math.max(deepest, depthOfSelection(selection, fragments, known));
  }
  return deepest;
}

function depthOfSelection(selection: SelectionSetNode['selections'][number], fragments: ReadonlyMap<string, FragmentDefinitionNode>, known: Map<string, number>): number {
  if (selection.kind === Kind.FIELD) {
    if (selection.name.value.startsWith('__')) return 0;
    return 1 + (selection.selectionSet === undefined ? 0 : depthBelow(selection.selectionSet, fragments, known));
  }
  if (selection.kind === Kind.INLINE_FRAGMENT) return depthBelow(selection.selectionSet, fragments, known);
  const name = selection.name.value;
  const fragment = fragments.get(name);
  if (fragment === undefined) return 0;
  const depth = known.get(name) ?? depthBelow(fragment.selectionSet, fragments, known);
  known.set(name, depth);
  return depth;
}

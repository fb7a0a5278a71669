import {
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { MAXIMUM_PAGE_SIZE } from '../loading/page.ts';
import { introspectionRows, type IntrospectionRows } from './introspection-cost.ts';

/** How deep a document nests, how many fields it may have to resolve, and how many of them stand at its root. */
export interface QueryMeasure {
  readonly depth: number;
  readonly cost: number;
  readonly width: number;
}

/** What is asked about the schema itself, at the root of a query. */
const META_FIELDS: Readonly<Record<string, GraphQLField<unknown, unknown>>> = { __schema: SchemaMetaFieldDef, __type: TypeMetaFieldDef };

interface MeasuredDocument {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How many rows a list without paging counts for. */
const LIST_COST = 10;
const NOTHING: QueryMeasure = { depth: 0, cost: 0, width: 0 };

/**
 * A field costs one, and what is below it once per row that it may return: `first` rows of a connection, ten of any other list.
 * Each fragment is walked once, however often it is spread. Variables are looked at only where they are a `first`, so a
 * large input is not coerced twice. Skipped fields count. Introspection costs what it returns: its lists have as many rows as the schema
 * gives them, and only the chain of `ofType` adds no depth.
 */
export function measure({ schema, document, operationName, variables }: MeasuredDocument): QueryMeasure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const operation = document.definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && (operationName === undefined || definition.name?.value === operationName),
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return NOTHING;
  const root = schema.getRootType(operation.operation);
  const walk = new Walk(schema, fragments, { ...defaultsOf(operation), ...variables });
  return root === undefined || root === null ? NOTHING : walk.below(operation.selectionSet, root);
}

/** The whole numbers that variables have where the caller gives none. */
function defaultsOf({ variableDefinitions }: OperationDefinitionNode): Record<string, number> {
  const whole = (variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  );
  return Object.fromEntries(whole);
}

class Walk {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #known = new Map<string, QueryMeasure>();
  #introspection: IntrospectionRows | undefined;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
  }

  below(selectionSet: SelectionSetNode, parent: GraphQLObjectType): QueryMeasure {
    let depth = 0;
    let cost = 0;
    let width = 0;
    for (const selection of selectionSet.selections) {
      const part = selection.kind === Kind.FIELD ? this.#field(selection, parent) : this.#fragment(selection, parent);
      depth = Math.max(depth, part.depth);
      cost += part.cost;
      width += part.width;
    }
    return { depth, cost, width };
  }

  #fragment(selection: Exclude<SelectionSetNode['selections'][number], FieldNode>, parent: GraphQLObjectType): QueryMeasure {
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.below(selection.selectionSet, this.#typeNamed(selection.typeCondition?.name.value, parent));
    const name = selection.name.value;
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return NOTHING;
    const measured = this.#known.get(name) ?? this.below(fragment.selectionSet, this.#typeNamed(fragment.typeCondition.name.value, parent));
    this.#known.set(name, measured);
    return measured;
  }

  #field(node: FieldNode, parent: GraphQLObjectType): QueryMeasure {
    const name = node.name.value;
    const field = parent.getFields()[name] ?? META_FIELDS[name];
    if (field === undefined) return { depth: 0, cost: 1, width: 1 };
    const type = getNamedType(field.type);
    const below = node.selectionSet === undefined || !isObjectType(type) ? NOTHING : this.below(node.selectionSet, type);
    return { depth: (name === 'ofType' ? 0 : 1) + below.depth, cost: 1 + this.#rows(field, node, parent) * below.cost, width: 1 };
  }

  #rows(field: GraphQLField<unknown, unknown>, node: FieldNode, parent: GraphQLObjectType): number {
    const first = field.args.find(({ name }) => name === 'first');
    // Pages that are larger than any page may be are refused by their field, which says so.
    if (first !== undefined) return Math.min(MAXIMUM_PAGE_SIZE, Math.max(0, this.#numberOf(node) ?? Number(first.defaultValue ?? LIST_COST)));
    const isList = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
    if (parent.name.startsWith('__')) return (this.#introspection ??= introspectionRows(this.#schema))[field.name] ?? (isList ? LIST_COST : 1);
    // The lists of a connection were counted by its `first`.
    return isList && !parent.name.endsWith('Connection') ? LIST_COST : 1;
  }

  #numberOf(node: FieldNode): number | undefined {
    const value = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    if (value?.kind === Kind.INT) return Number(value.value);
    const given = value?.kind === Kind.VARIABLE ? this.#variables[value.name.value] : undefined;
    return typeof given === 'number' ? given : undefined;
  }

  #typeNamed(name: string | undefined, parent: GraphQLObjectType): GraphQLObjectType {
    const type = name === undefined ? parent : this.#schema.getType(name);
    return isObjectType(type) ? type : parent;
  }
}

import { MillraceError } from '@millrace/contracts';
import {
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { RequestContext } from '../context/request-context.ts';
import { measureWithin, type QueryLimits } from '../schema/query-limits.ts';
import { Documents, type PreparedDocument } from './documents.ts';
import { Executor } from './executor.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import { RefusedDocument } from './refused-document.ts';

/** An operation that may run. */
export interface Operation extends PreparedDocument {
  readonly query: string;
  readonly kind: OperationTypeNode;
  readonly selectionSet: SelectionSetNode;
  readonly operationName: string | undefined;
  /** Those that it declares: what else was sent is not kept. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** About how many fields it may have to resolve. */
  readonly cost: number;
}

/** From what a caller sent to what it is answered: each step costs no more than the one before it allowed. */
export class Operations {
  readonly #schema: GraphQLSchema;
  readonly #limits: QueryLimits;
  readonly #documents: Documents;
  readonly #executor: Executor;

  constructor(collaborators: { readonly schema: GraphQLSchema; readonly limits: QueryLimits }) {
    this.#schema = collaborators.schema;
    this.#limits = collaborators.limits;
    this.#documents = new Documents(collaborators);
    this.#executor = new Executor({ schema: collaborators.schema, documentOf: (digest) => this.#documents.find(digest) });
  }

  /**
   * Whoever calls this has been authenticated: nothing of a stranger is parsed.
   *
   * @throws RefusedDocument, or MillraceError `QUERY_TOO_DEEP`, `QUERY_TOO_COSTLY`
   */
  prepare({ query, operationName, variables }: GraphqlRequest): Operation {
    const prepared = this.#documents.prepare(query);
    const operation = getOperationAST(prepared.document, operationName);
    if (operation === null || operation === undefined) throw unresolved(operationName);
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) refuseConditions(prepared.document, operation.selectionSet);
    const declared = declaredOf(operation, variables);
    const { cost } = measureWithin({ schema: this.#schema, document: prepared.document, operationName, variables: declared }, this.#limits);
    return { ...prepared, query, kind: operation.operation, selectionSet: operation.selectionSet, operationName, variables: declared, cost };
  }

  /** Whether the document was checked before, so that it costs next to nothing to prepare it again. */
  knows({ query }: GraphqlRequest): boolean {
    return this.#documents.knows(query);
  }

  /** The answer, or the failure of the budget as soon as it is spent. */
  async run(operation: Operation, context: RequestContext): Promise<ExecutionResult> {
    const result = await Promise.race([this.#executor.execute(operation, context), context.budget.exceeded]);
    context.budget.check();
    // Without data nothing was executed: what the caller sent as variables is not what the document declares.
    if (result.data === undefined) for (const error of result.errors ?? []) error.extensions['code'] ??= 'BAD_USER_INPUT';
    return result;
  }
}

export function refuseSubscription({ kind }: Operation): void {
  if (kind !== OperationTypeNode.SUBSCRIPTION) return;
  throw new MillraceError('BAD_INPUT', 'Subscriptions are served over a WebSocket at this address (protocol graphql-transport-ws), not over HTTP requests.');
}

function declaredOf({ variableDefinitions = [] }: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = variableDefinitions.map(({ variable }) => variable.name.value).filter((name) => Object.hasOwn(variables, name));
  return Object.fromEntries(names.map((name) => [name, variables[name]]));
}

/**
 * A subscription is one stream, and whether it exists cannot hang on a variable: GraphQL's own execution has no answer to a root that was
 * skipped. Fragments at the root are looked into; validation has made sure that they end.
 *
 * @throws MillraceError `BAD_INPUT`
 */
function refuseConditions(document: DocumentNode, { selections }: SelectionSetNode): void {
  for (const selection of selections) {
    if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include') === true) {
      throw new MillraceError('BAD_INPUT', '@skip and @include cannot stand at the root of a subscription. Leave the subscription out instead.');
    }
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragmentOf(document, selection.name.value) : selection;
    if (inner !== undefined && inner.kind !== Kind.FIELD) refuseConditions(document, inner.selectionSet);
  }
}

function fragmentOf({ definitions }: DocumentNode, name: string): FragmentDefinitionNode | undefined {
  return definitions.find((definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) as FragmentDefinitionNode | undefined;
}

function unresolved(operationName: string | undefined): RefusedDocument {
  const message =
    operationName === undefined
      ? 'The document has several operations, or none: say which one is meant in "operationName".'
      : `The document has no operation "${operationName.slice(0, 100)}".`;
  return new RefusedDocument('OPERATION_RESOLUTION_FAILURE', [new GraphQLError(message)]);
}

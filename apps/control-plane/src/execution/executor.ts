import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import { GraphQLError, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { RequestContext } from '../context/request-context.ts';

export interface ExecutorParts {
  readonly schema: GraphQLSchema;
  /** A document that was parsed and validated before, by the SHA-256 of its text. */
  readonly documentOf: (digest: string) => DocumentNode | undefined;
}

/** What is executed: the text of a valid document, and what it is executed with. */
export interface ExecutableRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Mistakes in variables that are told. */
const MAXIMUM_COERCION_ERRORS = 10;
/** Where an error travels through Apollo Server as it was raised. */
const RAISED = 'raised';
const DIGEST_CHARACTERS = 64;
const quiet = (): void => {};

/**
 * Apollo Server, behind our own door: who asks, how large a document is and whether it is valid has been settled before it gets one, so
 * it neither listens to HTTP nor validates again, and starts with the first request. Errors come out of it as they went in; how callers see them is decided in one place.
 */
export class Executor {
  readonly #apollo: ApolloServer<RequestContext>;

  constructor({ schema, documentOf }: ExecutorParts) {
    this.#apollo = new ApolloServer<RequestContext>({
      schema,
      introspection: true,
      dangerouslyDisableValidation: true,
      documentStore: {
        // The key ends with the digest of the text.
        get: (key) => Promise.resolve(documentOf(key.slice(-DIGEST_CHARACTERS))),
        set: () => Promise.resolve(),
        delete: () => Promise.resolve(),
      },
      executionOptions: { maxCoercionErrors: MAXIMUM_COERCION_ERRORS },
      persistedQueries: false,
      allowBatchedHttpRequests: false,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      formatError: (formatted, raised) => ({ message: formatted.message, extensions: { [RAISED]: raised } }),
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginUsageReportingDisabled()],
    });
  }

  async execute({ query, operationName, variables }: ExecutableRequest, contextValue: RequestContext): Promise<ExecutionResult> {
    const request = { query, variables, ...(operationName === undefined ? {} : { operationName }) };
    const { body } = await this.#apollo.executeOperation(request, { contextValue });
    if (body.kind !== 'single') throw new Error('Answers in parts were not asked for.');
    const { data, errors } = body.singleResult;
    return {
      ...(data === undefined ? {} : { data }),
      ...(errors === undefined ? {} : { errors: errors.map(({ message, extensions }) => raisedError(message, extensions?.[RAISED])) }),
    };
  }
}

function raisedError(message: string, raised: unknown): GraphQLError {
  return raised instanceof GraphQLError ? raised : new GraphQLError(message, { originalError: raised as Error });
}

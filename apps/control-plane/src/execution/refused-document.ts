import type { GraphQLError } from 'graphql';

/** Codes of documents that cannot be run, as GraphQL servers know them: editors look at them. */
export const DOCUMENT_CODES = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE'] as const;
export type DocumentCode = (typeof DOCUMENT_CODES)[number];

/** A document that is not run: nothing of it was executed. */
export class RefusedDocument extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(code: DocumentCode, errors: readonly GraphQLError[]) {
    super(errors[0]?.message ?? code);
    this.errors = errors;
    for (const error of errors) error.extensions['code'] = code;
  }
}

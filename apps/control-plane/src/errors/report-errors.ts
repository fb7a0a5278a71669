import type { Logger } from '@millrace/service-kit';
import { GraphQLError } from 'graphql';
import { asMillraceError } from './as-millrace-error.ts';

export interface ErrorReporting {
  readonly logger: Logger;
  readonly requestId: string;
}

/** Where an error keeps the id of its request on the way to its formatting. */
export const REQUEST_ID = 'requestId';

/** Writes what nobody foresaw to the log, whole, and marks every error with the request that it belongs to. */
export function reportErrors(errors: readonly GraphQLError[], { logger, requestId }: ErrorReporting): void {
  for (const error of errors) {
    error.extensions[REQUEST_ID] = requestId;
    const { originalError } = error;
    if (originalError === undefined || originalError instanceof GraphQLError) continue;
    if (asMillraceError(originalError).code === 'INTERNAL') logger.error('request failed', { requestId, path: error.path, error: originalError });
  }
}

import type { Logger } from '@millrace/service-kit';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { RefusedDocument } from '../execution/refused-document.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { formatError } from './format-error.ts';

export interface ErrorReporting {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly requestId: string;
}

/** Errors that an answer has at most: a caller mends these first. */
const MAXIMUM_ERRORS = 50;

/** Errors as callers see them. What nobody foresaw goes to the log, whole: it is a bug of ours. */
export function presentErrors(errors: readonly GraphQLError[], { logger, metrics, requestId }: ErrorReporting): GraphQLFormattedError[] {
  return errors.slice(0, MAXIMUM_ERRORS).map((error) => {
    const shown = formatError(error, requestId);
    if (shown.extensions?.['code'] !== 'INTERNAL') return shown;
    metrics.count('millrace_internal_errors_total');
    logger.error('request failed', { requestId, path: error.path, error: error.originalError ?? error });
    return shown;
  });
}

/** What was thrown before anything was executed. */
export function presentThrown(thrown: unknown, reporting: ErrorReporting): GraphQLFormattedError[] {
  if (thrown instanceof RefusedDocument) return presentErrors(thrown.errors, reporting);
  const error = thrown instanceof GraphQLError ? thrown : new GraphQLError('The request failed.', { originalError: thrown as Error });
  return presentErrors([error], reporting);
}

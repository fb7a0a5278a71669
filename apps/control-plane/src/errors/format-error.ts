import type { SerializedError } from '@millrace/contracts';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { asMillraceError } from './as-millrace-error.ts';
import { REQUEST_ID } from './report-errors.ts';

const VARIABLE = /^Variable "\$/;

/** Codes of a document that cannot be run: kept as GraphQL servers know them, for editors. */
const DOCUMENT_CODES = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE']);

interface ShownError extends Omit<SerializedError, 'code'> {
  readonly code: string;
}

/**
 * An error as callers see it: message, path, and in `extensions` a stable `code`, `retryable` and `fields`.
 * What was not foreseen is shown as `INTERNAL` with the id of the request, and nothing of what happened inside.
 */
export function formatError(formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  const original = thrown instanceof GraphQLError && thrown.originalError !== undefined ? thrown.originalError : thrown;
  const shown = original instanceof GraphQLError ? fromGraphQL(formatted, original) : asMillraceError(original).toJSON();
  const { code, retryable, message, fields } = shown.code === 'INTERNAL' ? hidden(formatted) : shown;
  const { path, locations } = formatted;
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code, retryable, fields },
  };
}

function hidden({ extensions }: GraphQLFormattedError): ShownError {
  const requestId = extensions?.[REQUEST_ID];
  return {
    code: 'INTERNAL',
    retryable: true,
    message: `Something went wrong on our side. The log has it under request ${String(requestId)}.`,
    fields: { requestId },
  };
}

/** Errors that GraphQL itself raised. Those about variables and arguments are bad input, with the path that the message names. */
function fromGraphQL({ message, extensions }: GraphQLFormattedError, original: GraphQLError): ShownError {
  const given = extensions?.['code'];
  const code = typeof given === 'string' ? given : 'INTERNAL_SERVER_ERROR';
  if (DOCUMENT_CODES.has(code)) return { code, message, retryable: false, fields: {} };
  if (code === 'BAD_REQUEST' || code === 'BAD_USER_INPUT' || VARIABLE.test(message))
    return { code: 'BAD_INPUT', message, retryable: false, fields: pathFields(message) };
  // An argument that could not be coerced points at its place in the document; an answer that could not be written does not.
  if (code === 'INTERNAL_SERVER_ERROR') return { code: original.nodes === undefined ? 'INTERNAL' : 'BAD_INPUT', message, retryable: false, fields: {} };
  return { code, message, retryable: false, fields: {} };
}

/** `Variable "$input" got invalid value … at "input.labels[0].value"; …` → `input.labels.0.value` */
function pathFields(message: string): Readonly<Record<string, unknown>> {
  const path = /at "([^"]+)";/.exec(message)?.[1] ?? /^Variable "\$([^"]+)"/.exec(message)?.[1];
  if (path === undefined) return {};
  const missing = /Field "([^"]+)" of required type/.exec(message)?.[1] ?? /Field "([^"]+)" is not defined by type/.exec(message)?.[1];
  const dotted = path.replaceAll(/\[(\d+)\]/g, '.$1');
  return { path: missing === undefined ? dotted : `${dotted}.${missing}` };
}

import type { SerializedError } from '@millrace/contracts';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DOCUMENT_CODES } from '../execution/refused-document.ts';
import { asMillraceError } from './as-millrace-error.ts';

const VARIABLE = /^(Variable "\$|Too many errors processing variables)/;
const DOCUMENT: ReadonlySet<unknown> = new Set(DOCUMENT_CODES);

/** GraphQL puts the bad value into its message, and the bad value may be anything. */
const MAXIMUM_MESSAGE = 1000;

interface ShownError extends Omit<SerializedError, 'code'> {
  readonly code: string;
}

/**
 * An error as callers see it: message, path, and in `extensions` a stable `code`, `retryable` and `fields`.
 * What was not foreseen is shown as `INTERNAL` with the id of the request, and nothing of what happened inside.
 */
export function formatError(error: GraphQLError, requestId: string): GraphQLFormattedError {
  const original = error.originalError ?? error;
  const shown = original instanceof GraphQLError ? fromGraphQL(error, original) : asMillraceError(original).toJSON();
  const { code, retryable, message, fields } = shown.code === 'INTERNAL' ? hidden(requestId) : shown;
  const { path, locations } = error;
  return {
    message: shortened(message),
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code, retryable, fields },
  };
}

function shortened(message: string): string {
  return message.length > MAXIMUM_MESSAGE ? `${message.slice(0, MAXIMUM_MESSAGE)}… (${message.length} characters)` : message;
}

function hidden(requestId: string): ShownError {
  return {
    code: 'INTERNAL',
    retryable: true,
    message: `Something went wrong on our side. The log has it under request ${requestId}.`,
    fields: { requestId },
  };
}

/** Errors that GraphQL itself raised. Those about variables and arguments are bad input, with the path that the message names. */
function fromGraphQL({ message, extensions }: GraphQLError, original: GraphQLError): ShownError {
  const { code } = extensions;
  if (DOCUMENT.has(code)) return { code: String(code), message, retryable: false, fields: {} };
  if (code === 'BAD_USER_INPUT' || VARIABLE.test(message)) return { code: 'BAD_INPUT', message, retryable: false, fields: pathFields(message) };
  // An argument that could not be coerced points at its place in the document; an answer that could not be written does not.
  return { code: original.nodes === undefined ? 'INTERNAL' : 'BAD_INPUT', message, retryable: false, fields: {} };
}

/** `Variable "$input" got invalid value … at "input.labels[0].value"; …` → `input.labels.0.value` */
function pathFields(message: string): Readonly<Record<string, unknown>> {
  const path = /at "([^"]+)";/.exec(message)?.[1] ?? /^Variable "\$([^"]+)"/.exec(message)?.[1];
  if (path === undefined) return {};
  const missing = /Field "([^"]+)" of required type/.exec(message)?.[1] ?? /Field "([^"]+)" is not defined by type/.exec(message)?.[1];
  const dotted = path.slice(0, 300).replaceAll(/\[(\d+)\]/g, '.$1');
  return { path: missing === undefined ? dotted : `${dotted}.${missing}` };
}

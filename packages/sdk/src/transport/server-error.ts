import { ERROR_CODES, MillraceError, type ErrorCode, type ErrorFields } from '@millrace/contracts';

/** One entry of `errors` in a GraphQL response. */
export interface GraphqlErrorEntry {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const KNOWN: ReadonlySet<string> = new Set(ERROR_CODES);
/** Codes of GraphQL servers for requests that can never succeed. */
const REFUSALS: ReadonlySet<string> = new Set([
  'GRAPHQL_VALIDATION_FAILED',
  'GRAPHQL_PARSE_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
]);

function isCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && KNOWN.has(value);
}

/** The error that the server threw, rebuilt from `extensions`. */
export function errorFromGraphql(entry: GraphqlErrorEntry): MillraceError {
  const { code, retryable, fields } = entry.extensions ?? {};
  const given: ErrorFields = typeof fields === 'object' && fields !== null ? { ...fields } : {};
  if (isCode(code)) return new MillraceError(code, entry.message, { ...(typeof retryable === 'boolean' && { retryable }), fields: given });
  if (typeof code === 'string' && REFUSALS.has(code)) return new MillraceError('BAD_INPUT', entry.message, { fields: { ...given, reason: code } });
  return new MillraceError('INTERNAL', entry.message, { fields: { ...given, ...(code !== undefined && { reason: code }) } });
}

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'BAD_INPUT',
  422: 'BAD_INPUT',
  429: 'TOO_MANY_REQUESTS',
};

/** The error of an answer that is no GraphQL response: by its JSON body where it has one of ours, else by its status. */
export function errorFromStatus(status: number, body: string, url: string, retryAfter?: string | null): MillraceError {
  const { code, message, retryable, fields } = parsedError(body);
  const what = message ?? (body.trim() === '' ? `the server answered with status ${status}` : body.slice(0, 500));
  const by = isCode(code) ? code : (CODE_OF_STATUS[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'BAD_INPUT'));
  return new MillraceError(by, what, {
    ...(typeof retryable === 'boolean' && { retryable }),
    fields: { ...fields, ...(Number(retryAfter) > 0 && { retryAfterSeconds: Number(retryAfter) }), status, url },
  });
}

/** The server could not be reached, or the connection broke: the same call may succeed later. */
export function unreachable(url: string, cause: unknown): MillraceError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = inner instanceof Error ? inner.message : String(inner);
  return new MillraceError('UNAVAILABLE', `${url} cannot be reached: ${reason}`, { retryable: true, fields: { url }, cause });
}

interface ParsedError {
  code?: unknown;
  message?: string;
  retryable?: unknown;
  fields?: ErrorFields;
}

function parsedError(body: string): ParsedError {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return {};
    const outer: Record<string, unknown> = { ...value };
    const error: Record<string, unknown> = typeof outer['error'] === 'object' && outer['error'] !== null ? { ...outer['error'] } : outer;
    const message = typeof error['message'] === 'string' ? error['message'] : typeof outer['error'] === 'string' ? outer['error'] : undefined;
    const fields = typeof error['fields'] === 'object' && error['fields'] !== null ? { fields: { ...error['fields'] } } : {};
    return { code: error['code'], retryable: error['retryable'], ...(message !== undefined && { message }), ...fields };
  } catch {
    return {};
  }
}

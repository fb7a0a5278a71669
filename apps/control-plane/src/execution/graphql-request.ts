import { MillraceError } from '@millrace/contracts';

/** What a caller asks for, as it came. */
export interface GraphqlRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Reads the body of a request. @throws MillraceError `BAD_INPUT` with the member that is not what it should be */
export function graphqlRequest(body: unknown): GraphqlRequest {
  if (!isObject(body)) throw bad('body', 'The body must be a JSON object with the member "query". Several operations at once are not taken.');
  const { query, operationName, variables } = body;
  if (typeof query !== 'string' || query.trim() === '') throw bad('query', '"query" must be the text of a GraphQL document.');
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') throw bad('operationName', '"operationName" must be a text.');
  if (variables !== undefined && variables !== null && !isObject(variables)) throw bad('variables', '"variables" must be an object.');
  // An empty name is what some clients send for none.
  return { query, operationName: operationName === '' || operationName === null ? undefined : operationName, variables: variables ?? {} };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(path: string, message: string): MillraceError {
  return new MillraceError('BAD_INPUT', message, { fields: { path } });
}

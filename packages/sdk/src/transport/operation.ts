/**
 * One GraphQL operation as text, with its kind and its types. The text is ready to send: the client carries no GraphQL parser.
 * `types` exists only for the compiler.
 */
export interface Operation<Result, Variables> {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string;
  readonly text: string;
  readonly types?: (variables: Variables) => Result;
}

/**
 * One GraphQL operation as text, with its types. The text is ready to send: the client carries no GraphQL parser.
 * `types` exists only for the compiler.
 */
export interface Operation<Result, Variables> {
  readonly name: string;
  /** Begins with `query`, `mutation` or `subscription`. */
  readonly text: string;
  readonly types?: (variables: Variables) => Result;
}

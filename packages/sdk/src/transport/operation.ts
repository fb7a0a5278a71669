/**
 * One GraphQL operation as text, with its types. The text is ready to send: the client carries no GraphQL parser.
 * `types` exists only for the compiler.
 */
export interface Operation<Result, Variables> {
  /** Begins with `query`, `mutation` or `subscription`, and the name. */
  readonly text: string;
  readonly types?: (variables: Variables) => Result;
}

/** The name of an operation, as its text has it. */
export function nameOf({ text }: { readonly text: string }): string {
  return / (\w+)/.exec(text)?.[1] ?? '';
}

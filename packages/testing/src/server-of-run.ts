/** The PostgreSQL that one test run shares, and the migrated database in it that test files clone. */
export interface ServerOfRun {
  readonly url: string;
  readonly template: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: ServerOfRun;
  }
}

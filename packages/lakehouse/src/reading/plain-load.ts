/** A file that DuckDB may read itself, and what it must find in it. */
export interface PlainLoad {
  /** Gives all the columns of the source in their staged types. */
  readonly select: string;
  readonly rows: number;
  /** By column: how many values it has, and how many bytes those of a text; `undefined` where nothing is known of it. */
  readonly columns: readonly { readonly values?: number; readonly textBytes?: number }[];
}

/** A text as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Texts as an SQL list of literals. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map(quoteText).join(', ')}]`;
}

/** A path for a function that reads files: what DuckDB would take for a pattern stands for itself. */
export function filePattern(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}

/** Files as an SQL list for a function that reads them. */
export function quoteFiles(paths: readonly string[]): string {
  return quoteList(paths.map(filePattern));
}

/** A value of a definition as an SQL literal. */
export function quoteValue(value: string | number | boolean): string {
  return typeof value === 'string' ? quoteText(value) : String(value);
}

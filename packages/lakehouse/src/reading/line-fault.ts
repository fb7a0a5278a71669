/** What is wrong with a text, and in which line of it (from 1). The reader of a source turns it into a fault that names the file. */
export class LineFault extends Error {
  override readonly name: string = 'LineFault';
  readonly line: number;
  /** What the owner of the source may do about it. */
  readonly remedy: string;

  constructor(line: number, reason: string, remedy = '') {
    super(reason);
    this.line = line;
    this.remedy = remedy;
  }
}

/** A text in a message: quoted, and not longer than a line. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}

/** A stretch of a statement that a user wrote: where it came from, and where it starts in bytes. */
interface UserRegion {
  readonly origin: string;
  readonly start: number;
  readonly text: string;
}

/** A place in a user's text; line and column count from 1, the column in characters. */
export interface UserPosition {
  readonly origin: string;
  readonly line: number;
  readonly column: number;
}

/** A statement put together from our SQL and texts of users, which remembers whose every byte is: errors are told in the user's own lines. */
export class ComposedSql {
  #text = '';
  readonly #regions: UserRegion[] = [];

  get text(): string {
    return this.#text;
  }

  add(text: string): this {
    this.#text += text;
    return this;
  }

  /** Adds a user's text on lines of its own, so that a trailing line comment ends before our SQL goes on. */
  addUser(origin: string, text: string): this {
    this.#text += '\n';
    this.#regions.push({ origin, start: Buffer.byteLength(this.#text), text });
    this.#text += `${text}\n`;
    return this;
  }

  append(other: ComposedSql): this {
    const offset = Buffer.byteLength(this.#text);
    this.#text += other.#text;
    for (const region of other.#regions) this.#regions.push({ ...region, start: region.start + offset });
    return this;
  }

  /** Finds whose text a byte of the statement is in; `undefined` for ours. */
  locate(byte: number): UserPosition | undefined {
    const region = this.#regions.find(({ start, text }) => byte >= start && byte <= start + Buffer.byteLength(text));
    if (region === undefined) return undefined;
    return { origin: region.origin, ...lineAndColumn(region.text, byte - region.start) };
  }
}

/** Line and column (from 1, in characters) of a byte offset in a text. */
export function lineAndColumn(text: string, byte: number): { line: number; column: number } {
  const lines = Buffer.from(text).subarray(0, byte).toString().split('\n');
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 };
}

import type { HttpHeaders } from './http-message.ts';

/** How the body of a request is framed. */
export type BodyFraming = { readonly chunked: true } | { readonly chunked: false; readonly length: number };

/** Header fields as positions in the text of a head: four numbers each, where name and value begin and end. */
export class HeaderFields implements HttpHeaders {
  private readonly text: string;
  private readonly positions: readonly number[];

  constructor(text: string, positions: readonly number[]) {
    this.text = text;
    this.positions = positions;
  }

  /** The value of a field by its name in lower case. Values of a field that was sent more than once are joined by a comma. */
  get(name: string): string | undefined {
    let value: string | undefined;
    for (let i = 0; i < this.positions.length; i += 4) {
      if (!this.isNamed(i, name)) continue;
      const one = this.text.slice(this.positions[i + 2], this.positions[i + 3]);
      value = value === undefined ? one : `${value}, ${one}`;
    }
    return value;
  }

  /** How often a field was sent. */
  count(name: string): number {
    let count = 0;
    for (let i = 0; i < this.positions.length; i += 4) if (this.isNamed(i, name)) count++;
    return count;
  }

  private isNamed(index: number, name: string): boolean {
    const from = this.positions[index] ?? 0;
    const to = this.positions[index + 1] ?? 0;
    return to - from === name.length && this.text.slice(from, to).toLowerCase() === name;
  }
}

/** Request line and header fields of one request, checked. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: HeaderFields;
  readonly framing: BodyFraming;
  /** Minor version of HTTP/1. */
  readonly minor: 0 | 1;
  readonly keepAlive: boolean;
  readonly expectsContinue: boolean;
}

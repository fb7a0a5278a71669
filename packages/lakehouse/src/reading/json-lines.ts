import { LineFault } from './line-fault.ts';
import { JsonObject, parseJson } from './json-values.ts';
import type { OnText } from './json-records.ts';

/** Gives every line that is not blank: where rows may be set aside, a line that is no object says nothing about the next one. */
export class JsonLines {
  readonly #onText: OnText;
  #rest = '';
  #line = 1;

  constructor(onText: OnText) {
    this.#onText = onText;
  }

  push(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  end(): void {
    this.#take(this.#rest);
  }

  #take(line: string): void {
    if (line.trim() !== '') this.#onText(line, this.#line);
    this.#line += 1;
  }
}

/** Whether the first line of a text that is not blank is one object. */
export function beginsWithObject(text: string): boolean {
  const first = text.split('\n', 100).find((line) => line.trim() !== '');
  try {
    return first !== undefined && parseJson(first, 1) instanceof JsonObject;
  } catch (error) {
    if (error instanceof LineFault) return false;
    throw error;
  }
}

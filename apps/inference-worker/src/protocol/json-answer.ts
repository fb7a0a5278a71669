import type { HttpAnswer } from '../http/http-message.ts';

/** Of an answer of JSON. */
export const JSON_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json' };

/** An answer of JSON. */
export function json(status: number, value: unknown, headers?: Readonly<Record<string, string>>): HttpAnswer {
  return { status, headers: headers === undefined ? JSON_HEADERS : { ...JSON_HEADERS, ...headers }, body: JSON.stringify(value) };
}

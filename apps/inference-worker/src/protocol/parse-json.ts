import { isUtf8 } from 'node:buffer';
import { ProtocolError } from './protocol-error.ts';

/** More than the protocol needs, and little enough for every recursive reader. */
export const DEEPEST_NESTING = 32;

/** Parses JSON from bytes. Throws a 400 for what is not UTF-8 or not JSON. */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new ProtocolError(400, 'the body is not UTF-8');
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (error) {
    throw new ProtocolError(400, `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As `parseJson`, with every integer beyond 2^53 as a bigint. Costs much more: only for bodies that hold one. */
export function parseJsonExactly(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString(), exactInteger) as unknown;
}

/** Whether a value, or one inside it, is an integer that `parseJson` may have rounded. */
export function holdsUnsafeIntegers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.some(holdsUnsafeIntegers) : Object.values(value).some(holdsUnsafeIntegers);
}

/** Throws a 400 where a value nests deeper than every recursive reader may go. */
export function checkNesting(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEEPEST_NESTING) throw new ProtocolError(400, `the body nests deeper than ${DEEPEST_NESTING} levels`);
  if (!Array.isArray(value)) {
    for (const member of Object.values(value)) checkNesting(member, depth + 1);
    return;
  }
  for (const member of value) if (typeof member === 'object') checkNesting(member, depth + 1);
}

function exactInteger(_key: string, value: unknown, context?: { readonly source: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && context !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

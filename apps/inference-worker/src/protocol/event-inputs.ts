import { decodeValues } from './decode-values.ts';
import type { RawInput } from './parse-infer-body.ts';
import { ProtocolError } from './protocol-error.ts';

/** Input that carries one event id per row (BYTES [n]); it never reaches the model. */
export const EVENT_ID_INPUT = 'millrace.event_id';
/** Input that carries one event time per row (INT64 [n], milliseconds since the epoch); it never reaches the model. */
export const EVENT_TIME_INPUT = 'millrace.event_time';

const LATEST_TIME = 8.64e15;

/** Splits a request's inputs into those of the model and those that say which events the rows are. */
export function separateEventInputs(inputs: readonly RawInput[]): { readonly model: readonly RawInput[]; readonly ids?: RawInput; readonly times?: RawInput } {
  const ids = inputs.find((input) => input.name === EVENT_ID_INPUT);
  const times = inputs.find((input) => input.name === EVENT_TIME_INPUT);
  if (ids === undefined && times === undefined) return { model: inputs };
  return { model: inputs.filter((input) => input !== ids && input !== times), ...(ids && { ids }), ...(times && { times }) };
}

/** One id per row; without the input, `<request id>/<row>`. */
export function eventIdsOf(input: RawInput | undefined, requestId: string, rows: number): readonly string[] {
  if (input === undefined) return Array.from({ length: rows }, (_, row) => `${requestId}/${row}`);
  const ids = valuesPerRow(input, 'BYTES', rows) as string[];
  const empty = ids.indexOf('');
  if (empty !== -1) throw new ProtocolError(400, `input "${EVENT_ID_INPUT}": value ${empty} must not be empty`);
  return ids;
}

/** One time per row in milliseconds since the epoch; without the input, `now`. */
export function eventTimesOf(input: RawInput | undefined, now: number, rows: number): readonly number[] {
  if (input === undefined) return Array.from({ length: rows }, () => now);
  const times = Array.from(valuesPerRow(input, 'INT64', rows) as BigInt64Array, Number);
  const bad = times.findIndex((time) => Math.abs(time) > LATEST_TIME);
  if (bad !== -1) throw new ProtocolError(400, `input "${EVENT_TIME_INPUT}": value ${bad} must be milliseconds since the epoch, given ${times[bad]}`);
  return times;
}

function valuesPerRow(input: RawInput, datatype: 'BYTES' | 'INT64', rows: number): ReturnType<typeof decodeValues> {
  if (input.datatype !== datatype) throw new ProtocolError(400, `input "${input.name}": expected datatype ${datatype}, given ${input.datatype}`);
  const fits = input.shape[0] === rows && (input.shape.length === 1 || (input.shape.length === 2 && input.shape[1] === 1));
  if (!fits) throw new ProtocolError(400, `input "${input.name}": expected shape [${rows}], one value per row of the batch, given [${input.shape.join(',')}]`);
  return decodeValues(input);
}

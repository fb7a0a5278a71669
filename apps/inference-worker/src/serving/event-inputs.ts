import { MillraceError } from '@millrace/contracts';
import type { TensorData } from '../engine/tensor/tensor.ts';
import type { InferInput } from './infer-request.ts';

/** Input that carries one event id per row (BYTES [n]); it never reaches the model. */
export const EVENT_ID_INPUT = 'millrace.event_id';
/** Input that carries one event time per row (INT64 [n], milliseconds since the epoch); it never reaches the model. */
export const EVENT_TIME_INPUT = 'millrace.event_time';

/** Years 1 to 9999: what every reader of ISO 8601 takes. Microseconds of our days lie far beyond. */
const EARLIEST_TIME = Date.parse('0001-01-01T00:00:00Z');
const LATEST_TIME = Date.parse('9999-12-31T23:59:59.999Z');

/** What the control plane takes as the event id of a label. */
const LONGEST_EVENT_ID = 200;
const LONGEST_REQUEST_ID = 190;

/** Splits a request's inputs into those of the model and those that say which events the rows are. */
export function separateEventInputs(inputs: readonly InferInput[]): {
  readonly model: readonly InferInput[];
  readonly ids: InferInput | undefined;
  readonly times: InferInput | undefined;
} {
  let ids: InferInput | undefined;
  let times: InferInput | undefined;
  for (const input of inputs) {
    if (input.name === EVENT_ID_INPUT) ids = input;
    else if (input.name === EVENT_TIME_INPUT) times = input;
  }
  if (ids === undefined && times === undefined) return { model: inputs, ids, times };
  return { model: inputs.filter((input) => input !== ids && input !== times), ids, times };
}

/** One id per row; without the input nothing, which stands for `<request id>/<row>`. So does an id that is null. */
export function eventIdsOf(input: InferInput | undefined, requestId: string, rows: number): readonly string[] | undefined {
  if (input === undefined || input.missing !== undefined) {
    if (requestId.length > LONGEST_REQUEST_ID)
      throw new MillraceError('BAD_INPUT', `"id" must have at most ${LONGEST_REQUEST_ID} characters where no event ids are given, given ${requestId.length}`);
    if (input === undefined) return undefined;
  }
  const ids = withRowIds(valuesPerRow(input, 'BYTES', rows) as string[], input.missing, requestId);
  const empty = ids.indexOf('');
  if (empty !== -1) throw new MillraceError('BAD_INPUT', `input "${EVENT_ID_INPUT}": value ${empty} must not be empty`);
  const long = ids.findIndex((id) => id.length > LONGEST_EVENT_ID);
  if (long !== -1)
    throw new MillraceError(
      'BAD_INPUT',
      `input "${EVENT_ID_INPUT}": value ${long} must have at most ${LONGEST_EVENT_ID} characters, given ${ids[long]?.length}`,
    );
  return ids;
}

function withRowIds(ids: readonly string[], missing: InferInput['missing'], requestId: string): readonly string[] {
  if (missing === undefined) return ids;
  const named = [...ids];
  for (const row of missing) named[row] = `${requestId}/${row}`;
  return named;
}

/** One time per row in milliseconds since the epoch; without the input, `now` for all, and for each that is null. */
export function eventTimesOf(input: InferInput | undefined, now: number, rows: number): readonly number[] | number {
  if (input === undefined) return now;
  const times = Array.from(valuesPerRow(input, 'INT64', rows) as BigInt64Array, Number);
  for (const row of input.missing ?? []) times[row] = now;
  const bad = times.findIndex((time) => time < EARLIEST_TIME || time > LATEST_TIME);
  if (bad !== -1)
    throw new MillraceError(
      'BAD_INPUT',
      `input "${EVENT_TIME_INPUT}": value ${bad} must be milliseconds since the epoch, from year 1 to 9999, given ${times[bad]}`,
    );
  return times;
}

function valuesPerRow(input: InferInput, datatype: 'BYTES' | 'INT64', rows: number): TensorData {
  if (input.datatype !== datatype) throw new MillraceError('BAD_INPUT', `input "${input.name}": expected datatype ${datatype}, given ${input.datatype}`);
  const fits = input.shape[0] === rows && (input.shape.length === 1 || (input.shape.length === 2 && input.shape[1] === 1));
  if (!fits)
    throw new MillraceError('BAD_INPUT', `input "${input.name}": expected shape [${rows}], one value per row of the batch, given [${input.shape.join(',')}]`);
  return input.data;
}

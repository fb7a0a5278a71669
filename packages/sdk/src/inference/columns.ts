import { MillraceError, type TensorSpec } from '@millrace/contracts';
import { EVENT_ID_INPUT, EVENT_TIME_INPUT, type InferTensor, type TensorValue } from './protocol.ts';

/**
 * Named columns: one value per row, or one array per row where the input has more dimensions.
 *
 * @example
 * ```ts
 * import type { Columns } from '@millrace/sdk';
 * const twoFlights: Columns = { origin: ['SFO', 'JFK'], distance: [2586, null] };
 * ```
 */
export type Columns = Readonly<Record<string, readonly (TensorValue | readonly TensorValue[])[]>>;

/**
 * Which events the rows are. Event times are dates or milliseconds since the epoch.
 *
 * @example
 * ```ts
 * import type { Events } from '@millrace/sdk';
 * const events: Events = { eventIds: ['a', 'b'], eventTimes: [986_083_200_000, new Date()] };
 * ```
 */
export interface Events {
  readonly eventIds?: readonly string[];
  readonly eventTimes?: readonly (Date | number)[];
}

/** Builds the tensors that an endpoint asks for from columns. Throws `BAD_INPUT` for a missing, unknown or shorter column. */
export function tensorsOf(specs: readonly TensorSpec[], columns: Columns, events: Events): InferTensor[] {
  const names = specs.map(({ name }) => name);
  const unknown = Object.keys(columns).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new MillraceError('BAD_INPUT', `column "${unknown}" is no input of the endpoint; it takes ${names.join(', ')}`, {
      fields: { column: unknown, inputs: names },
    });
  const rows = Object.values(columns)[0]?.length ?? 0;
  if (rows === 0) throw new MillraceError('BAD_INPUT', 'no rows were given: each column needs at least one value', { fields: { inputs: names } });
  return [...specs.map((spec) => tensorOf(spec, columns[spec.name], rows)), ...eventTensors(events, rows)];
}

function tensorOf({ name, datatype, shape }: TensorSpec, column: Columns[string] | undefined, rows: number): InferTensor {
  if (column === undefined) throw new MillraceError('BAD_INPUT', `column "${name}" is missing`, { fields: { column: name } });
  checkRows(name, column.length, rows);
  const data = column.flat();
  // Endpoints take booleans as the numbers that their models know, if they are called what they are.
  return { name, datatype: data.some((value) => typeof value === 'boolean') ? 'BOOL' : datatype, shape: [rows, ...shape.slice(1)], data };
}

function eventTensors({ eventIds, eventTimes }: Events, rows: number): InferTensor[] {
  const tensors: InferTensor[] = [];
  if (eventIds !== undefined) {
    checkRows('eventIds', eventIds.length, rows);
    tensors.push({ name: EVENT_ID_INPUT, datatype: 'BYTES', shape: [rows], data: eventIds });
  }
  if (eventTimes !== undefined) {
    checkRows('eventTimes', eventTimes.length, rows);
    tensors.push({ name: EVENT_TIME_INPUT, datatype: 'INT64', shape: [rows], data: eventTimes.map(Number) });
  }
  return tensors;
}

function checkRows(column: string, given: number, rows: number): void {
  if (given === rows) return;
  throw new MillraceError('BAD_INPUT', `column "${column}" has ${given} values where the first column has ${rows}`, { fields: { column, given, rows } });
}

import { MillraceError } from '@millrace/contracts';
import type { InferSchedule } from '../serving/infer-request.ts';
import { WIRE, type WireReader } from './wire-reader.ts';

/** The value of one `InferParameter`; undefined where none of its kinds was set. */
export type ParameterValue = boolean | number | string | undefined;

/** Reads one entry of a map of parameters into `into`. */
export function readParameter(reader: WireReader, into: Map<string, ParameterValue>): void {
  const outer = reader.end;
  const start = reader.enter();
  reader.end = reader.position;
  reader.position = start;
  let key = '';
  let value: ParameterValue;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.text();
    else if (field === 2) value = readValue(reader);
    else reader.skip();
  }
  reader.end = outer;
  into.set(key, value);
}

/** What the parameters of a request ask for; others than these are let be. Throws a `BAD_INPUT` that names the bad one. */
export function readSchedule(parameters: ReadonlyMap<string, ParameterValue>): InferSchedule {
  const routingKey = parameters.get('routing_key');
  if (routingKey !== undefined && typeof routingKey !== 'string') throw bad('routing_key', 'the request', `a string, given ${String(routingKey)}`);
  return { priority: whole(parameters, 'priority', 'the request'), timeoutMicroseconds: whole(parameters, 'timeout', 'the request'), routingKey };
}

/** How many classes an output is asked for; undefined for the tensor itself. Throws a `BAD_INPUT` for what is no number of classes. */
export function readClasses(parameters: ReadonlyMap<string, ParameterValue>, output: string): number | undefined {
  const owner = `output "${output}"`;
  const classes = whole(parameters, 'classification', owner);
  if (classes === 0) throw bad('classification', owner, 'at least 1, given 0');
  return classes;
}

function readValue(reader: WireReader): ParameterValue {
  const outer = reader.end;
  const start = reader.enter();
  reader.end = reader.position;
  reader.position = start;
  let value: ParameterValue;
  for (let field = reader.next(); field !== 0; field = reader.next()) value = readChoice(reader, field) ?? value;
  reader.end = outer;
  return value;
}

function readChoice(reader: WireReader, field: number): ParameterValue {
  switch (field) {
    case 1:
      reader.expect(WIRE.varint);
      return reader.unsigned() !== 0;
    case 2:
      reader.expect(WIRE.varint);
      return reader.signed();
    case 3:
      return reader.text();
    case 4:
      reader.expect(WIRE.fixed64);
      return reader.double();
    case 5:
      reader.expect(WIRE.varint);
      return reader.unsigned();
    default:
      reader.skip();
      return undefined;
  }
}

function whole(parameters: ReadonlyMap<string, ParameterValue>, name: string, owner: string): number | undefined {
  const value = parameters.get(name);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw bad(name, owner, `a non-negative integer, given ${String(value)}`);
  return value;
}

function bad(name: string, owner: string, problem: string): MillraceError {
  return new MillraceError('BAD_INPUT', `parameter "${name}" of ${owner} must be ${problem}`);
}

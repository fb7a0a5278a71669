import { expect, it } from 'vitest';
import type { TimeSplit } from '@millrace/contracts';
import { splitByTime } from './split.ts';
import { DAY, FIRST_DAY, syntheticFlights } from './synthetic-flights.fixture.ts';

const table = syntheticFlights(1000);
const day = (number: number): string => new Date(FIRST_DAY + number * DAY).toISOString();
const split = (bounds: Partial<TimeSplit>): TimeSplit => ({ kind: 'time', timeColumn: 'date', validationStart: day(70), ...bounds });

it('every row inside the bounds is on exactly one side, and no validation row is older than a training row', () => {
  const { train, validation } = splitByTime(table, split({ start: day(10), end: day(90) }));
  expect(train.rows + validation.rows).toBe(table.time.filter((time) => time >= FIRST_DAY + 10 * DAY && time < FIRST_DAY + 90 * DAY).length);
  expect(Math.max(...train.time)).toBeLessThan(FIRST_DAY + 70 * DAY);
  expect(Math.min(...validation.time)).toBeGreaterThanOrEqual(FIRST_DAY + 70 * DAY);
});

it('an empty side is TRAINING_DATA_UNUSABLE and says which side', () => {
  expect(() => splitByTime(table, split({ validationStart: day(200) }))).toThrow(
    expect.objectContaining({ code: 'TRAINING_DATA_UNUSABLE', message: expect.stringContaining('validation side') }),
  );
  expect(() => splitByTime(table, split({ validationStart: day(-1) }))).toThrow(/training side of the split has no rows/);
});

it('a label that never changes is TRAINING_DATA_UNUSABLE', () => {
  const constant = { ...table, label: new Uint8Array(table.rows) };
  expect(() => splitByTime(constant, split({}))).toThrow(
    expect.objectContaining({ code: 'TRAINING_DATA_UNUSABLE', message: expect.stringContaining('label is 0 in all') }),
  );
});

it('bounds out of order are BAD_INPUT', () => {
  expect(() => splitByTime(table, split({ end: day(60) }))).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
});

import { expect, it } from 'vitest';
import { timeReader } from './time-text.ts';

it('counts the days of every year from 1 to 9999 as the calendar does', () => {
  const { date } = timeReader({});
  const moment = new Date(0);
  for (let year = 1; year <= 9999; year += 1) {
    for (const [month, day] of [
      [1, 1],
      [2, 28],
      [3, 1],
      [12, 31],
    ] as const) {
      moment.setUTCFullYear(year, month - 1, day);
      const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
      expect(date(text)).toBe(moment.getTime() / 86_400_000);
    }
    moment.setUTCFullYear(year, 1, 29);
    const isLeap = moment.getUTCMonth() === 1;
    expect(date(`${String(year).padStart(4, '0')}-02-29`) !== undefined).toBe(isLeap);
  }
});

it('reads a time to the second alike with a fraction and without', () => {
  const { timestamp } = timeReader({});
  for (const text of ['2001-01-02 10:30:59', '1969-12-31T23:59:59', '0001-01-01 00:00:00', '9999-12-31 23:59:59'])
    expect(timestamp(text)).toEqual(timestamp(`${text}.0`));
  for (const text of ['2001-01-02 24:30:59', '2001-01-02 10:60:59', '2001-01-32 10:30:59', '2001-01-02 1a:30:59', '2001-01-02x10:30:59'])
    expect(timestamp(text)).toBeUndefined();
});

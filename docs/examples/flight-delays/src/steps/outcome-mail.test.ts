import { expect, test } from 'vitest';
import { OutcomeMail } from './outcome-mail.ts';

const outcomes = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ eventId: `e${from + index}`, value: 1, knownAt: from + index }));

test('an outcome is never sent before it is known, and full calls are sent first', async () => {
  const calls: string[][] = [];
  const mail = new OutcomeMail(async (labels) => {
    calls.push(labels.map(({ eventId }) => eventId));
  });
  mail.keep(outcomes(0, 15_000));
  await mail.sendKnown(9_000);
  expect(calls).toHaveLength(0);
  await mail.sendKnown(12_000);
  expect(calls.map((call) => [call.length, call[0], call.at(-1)])).toEqual([[10_000, 'e0', 'e9999']]);
  await mail.sendKnown(Number.POSITIVE_INFINITY);
  expect(calls.map((call) => call.length)).toEqual([10_000, 5_000]);
  expect(mail.sent).toBe(15_000);
});

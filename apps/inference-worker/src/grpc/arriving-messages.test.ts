import { expect, test } from 'vitest';
import { ByteBudget } from '../http/byte-budget.ts';
import { ArrivingMessages } from './arriving-messages.ts';

function messageOf(bytes: number): Buffer {
  const message = Buffer.alloc(5 + bytes, 0xff);
  message[0] = 0;
  message.writeUInt32BE(bytes, 1);
  return message;
}

test('only what has come of an unfinished message is held, wherever the pieces are cut', () => {
  const stream = Buffer.concat([messageOf(300), messageOf(0), messageOf(70_000), messageOf(1)]);
  for (const size of [1, 2, 5, 7, 304, 305, 306, 1000, 80_000]) {
    const budget = new ByteBudget(80_000);
    const messages = new ArrivingMessages(budget);
    for (let at = 0; at < stream.length; at += size) {
      expect(messages.append(stream.subarray(at, at + size))).toBe(true);
      if (!messages.isPartial) expect(budget.left).toBe(80_000);
    }
    expect([size, messages.isPartial, budget.left]).toEqual([size, false, 80_000]);
  }
  const budget = new ByteBudget(100);
  const messages = new ArrivingMessages(budget);
  expect(messages.append(messageOf(500).subarray(0, 60))).toBe(true);
  expect(budget.left).toBe(40);
  expect(messages.append(Buffer.alloc(41))).toBe(false);
  messages.release();
  expect(budget.left).toBe(100);
});

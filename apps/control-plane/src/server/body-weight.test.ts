import { expect, it } from 'vitest';
import { weightOf } from './body-weight.ts';

const weigh = (text: string): number => weightOf(Buffer.from(text));

it.each([
  ['empty lists', '[],', 20],
  ['objects with keys that no other has', '{"a1":1},', 20],
  ['short texts', '"ab",', 8],
])('%s weigh many times what they take on the wire', (_what, item, times) => {
  expect(weigh(item.repeat(1000))).toBeGreaterThan(times * item.length * 1000);
});

it.each([
  ['prose', `"${'Nobody warns. '.repeat(1000)}"`],
  ['a document in a text, with all that JSON is made of', JSON.stringify('{ "a": [1, 2, {}], "b": "\\" }'.repeat(1000))],
  ['what ends in the middle of a text', `"${'['.repeat(1000)}\\`],
])('%s weighs what it takes', (_what, text) => {
  expect(weigh(text)).toBeLessThan(text.length + 100);
});

import { expect, it } from 'vitest';
import { exactTextSchema, nameSchema } from './name.ts';

it.each([
  ['late flights', 'late flights'],
  ['  late flights  ', 'late flights'],
  ['Cafe\u0301', 'Caf\u00E9'],
  ['\u212B', '\u00C5'],
  ['\u1112\u1161\u11AB', '\uD55C'],
  ['売上 🛫', '売上 🛫'],
  ['a'.repeat(200), 'a'.repeat(200)],
  ['e\u0301'.repeat(200), '\u00E9'.repeat(200)],
])('%j is the name %j, and so is that', (text, name) => {
  expect(nameSchema().parse(text)).toBe(name);
  expect(nameSchema().parse(name)).toBe(name);
});

it.each([
  '',
  '   ',
  'a\0b',
  'a\nb',
  'a\tb',
  'a\u007Fb',
  'a\u0085b',
  'a\u200Bb',
  'a\u200Cb',
  'a\u200Db',
  '\uFEFFa',
  'a\u00ADb',
  'a\u202Eb',
  'a\u2066b',
  'a\u061Cb',
  'a\u2060b',
  'a\u034Fb',
  'a\u3164b',
  'a\u115Fb',
  'a\uFE0Fb',
  'a\u{E0041}b',
  'a\u{E0100}b',
  'a\u2028b',
  'a\u00A0b',
  'a\u3000b',
  '\u2003a',
  'a\u2800b',
  'a\uD800b',
  'a\uDC00',
  'a\uFFFEb',
  'a'.repeat(201),
  '\uFDFA'.repeat(200),
])('%j is no name', (text) => {
  // The last one is 200 characters that NFC leaves as they are.
  expect(nameSchema(199).safeParse(text).success).toBe(false);
});

it('text that is compared with data is kept to the letter', () => {
  for (const text of [' Cafe\u0301\u200B ', 'a\tb']) expect(exactTextSchema(20).parse(text)).toBe(text);
  for (const text of ['', 'a\0', '\uD800', 'a\uDC00b', 'a'.repeat(21)]) expect(exactTextSchema(20).safeParse(text).success).toBe(false);
});

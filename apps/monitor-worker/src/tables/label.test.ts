import { expect, it } from 'vitest';
import { readLabels } from './label.ts';

const read = (text: string) => readLabels(Buffer.from(text));

it('reads one label per line and passes over empty ones', () => {
  expect(read('{"event_id":"a","value":1}\n\n{"event_id":"b","value":0,"event_time":"2001-04-01T00:00:00Z"}\n')).toEqual([
    { event_id: 'a', value: 1 },
    { event_id: 'b', value: 0, event_time: '2001-04-01T00:00:00Z' },
  ]);
});

it('of two labels for one event in a batch the one said last counts', () => {
  expect(read('{"event_id":"a","value":1}\n{"event_id":"b","value":1}\n{"event_id":"a","value":0}')).toEqual([
    { event_id: 'a', value: 0 },
    { event_id: 'b', value: 1 },
  ]);
});

it.each([
  ['no JSON', 'nonsense'],
  ['a value that is neither 0 nor 1', '{"event_id":"a","value":0.5}'],
  ['no event', '{"value":1}'],
])('names the line that has %s', (_what, line) => {
  expect(() => read(`{"event_id":"a","value":1}\n${line}`)).toThrow(expect.objectContaining({ code: 'SOURCE_CORRUPT', fields: { line: 2, text: line } }));
});

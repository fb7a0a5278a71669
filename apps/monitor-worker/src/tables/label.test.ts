import { describe, expect, it } from 'vitest';
import { readLabels } from './label.ts';

const read = (text: string) => readLabels(Buffer.from(text));

describe('a label batch', () => {
  it('gives one label per event, the last one said', () => {
    const lines = ['{"event_id":"a","value":0}', '{"event_id":"b","value":1,"event_time":"2001-06-30T08:05:00Z"}', '', '{"event_id":"a","value":1}'];
    expect(read(lines.join('\n'))).toEqual({
      labels: [
        { event_id: 'a', value: 1 },
        { event_id: 'b', value: 1, event_time: '2001-06-30T08:05:00Z' },
      ],
      rejected: [],
    });
  });

  it('of nothing is empty', () => {
    expect(read('\n\n')).toEqual({ labels: [], rejected: [] });
  });

  it.each([
    ['{"event_id":"b","value":2}', 'value has to be 0 or 1'],
    ['{"event_id":"b","value":"1"}', 'value has to be 0 or 1'],
    ['{"value":1}', 'event_id has to be a text'],
    ['{"event_id":"","value":1}', 'event_id is empty'],
    ['{"event_id":"b","value":1,"event_time":"yesterday"}', 'event_time is not an instant of ISO 8601'],
    ['{"event_id":"b","value":1,"event_time":"9999-12-31T23:59:59-14:00"}', 'event_time lies outside the years 1 to 9999'],
    ['{"event_id":"b","value":1,"event_time":"0001-01-01T00:00:00+14:00"}', 'event_time lies outside the years 1 to 9999'],
    [`{"event_id":"${'x'.repeat(1001)}","value":1}`, 'event_id is longer than 1,000 characters'],
    ['{"event_id":"b"', 'the line is not JSON'],
    ['[1, 2]', 'the line is not an object'],
    ['null', 'the line is not an object'],
  ])('with the line %s sets that line aside with its reason, and keeps the others', (line, reason) => {
    const good = Array.from({ length: 499 }, (_, index) => `{"event_id":"e${index}","value":${index % 2}}`);
    const { labels, rejected } = read([...good.slice(0, 100), line, ...good.slice(100)].join('\n'));
    expect(labels).toHaveLength(499);
    expect(rejected).toEqual([{ line: 101, text: line.slice(0, 2000), reason: expect.stringContaining(reason) as unknown }]);
  });
});

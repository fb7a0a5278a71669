import { MillraceError } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { createLogger } from './create-logger.ts';

function written(): { lines: () => unknown[]; destination: { write(line: string): void } } {
  const texts: string[] = [];
  return {
    lines: () => texts.map((text) => JSON.parse(text) as unknown),
    destination: {
      write: (line) => {
        texts.push(line);
      },
    },
  };
}

describe('a log line', () => {
  it('is a constant message with the bound and the given fields', () => {
    const { lines, destination } = written();
    createLogger({ service: 'etl-worker', destination }).child({ jobId: 'job_1' }).warn('lease renewed late', { seconds: 4 });
    expect(lines()).toEqual([{ level: 'warn', time: expect.any(String), service: 'etl-worker', jobId: 'job_1', seconds: 4, message: 'lease renewed late' }]);
  });

  it('tells an error with its code and its cause', () => {
    const { lines, destination } = written();
    const error = new MillraceError('UNAVAILABLE', 'The database cannot be reached.', { cause: new Error('ECONNREFUSED') });
    createLogger({ service: 'etl-worker', destination }).error('failed', { error });
    expect(lines()[0]).toMatchObject({ error: { name: 'MillraceError', code: 'UNAVAILABLE', cause: { message: 'ECONNREFUSED' } } });
  });

  it('below the level is not written', () => {
    const { lines, destination } = written();
    createLogger({ service: 'etl-worker', level: 'warn', destination }).info('job started');
    expect(lines()).toEqual([]);
  });
});

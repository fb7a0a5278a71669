import { describe, expect, it } from 'vitest';
import { createLogger } from './create-logger.ts';
import { LineDestination } from './line-destination.ts';

/** A disk with room for so many bytes. */
class SmallDisk {
  text = '';
  room: number;
  code = 'ENOSPC';

  constructor(room: number) {
    this.room = room;
  }

  readonly write = (bytes: Uint8Array): number => {
    if (this.room === 0) throw Object.assign(new Error(this.code), { code: this.code });
    const taken = bytes.subarray(0, this.room);
    this.text += Buffer.from(taken).toString();
    this.room -= taken.length;
    return taken.length;
  };
}

describe('log lines', () => {
  it.each(['ENOSPC', 'EIO', 'EPIPE', 'EAGAIN'])('that meet %s are lost without a fault, and the first that gets through says how many', (code) => {
    const disk = new SmallDisk(200);
    disk.code = code;
    const logger = createLogger({ service: 'a', destination: new LineDestination(disk.write) });
    for (let line = 0; line < 10; line++) logger.info('said', { line });
    disk.room = 10_000;
    logger.info('there is room');
    const lines = disk.text.split('\n').filter((line) => line !== '');
    const whole = lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as { message: string; lines?: number }];
      } catch {
        return [];
      }
    });
    expect(whole.length).toBe(lines.length - 1);
    const said = whole.filter(({ message }) => message === 'said').length;
    expect(whole.slice(said)).toMatchObject([{ message: 'log lines were lost', lines: 10 - said }, { message: 'there is room' }]);
  });

  it('that are taken in pieces are whole', () => {
    let text = '';
    const destination = new LineDestination((bytes) => {
      text += Buffer.from(bytes.subarray(0, 3)).toString();
      return Math.min(3, bytes.length);
    });
    destination.write('a line of some length\n');
    expect(text).toBe('a line of some length\n');
  });
});

import type { ChangeListener } from '@millrace/db';
import { MillraceError } from '@millrace/contracts';
import { expect, it } from 'vitest';
import { followRow } from './follow-row.ts';

/** A feed whose announcements a test makes, and a row whose states a test writes. */
function feed(load: () => Promise<number>): { stream: AsyncIterator<number>; announce: () => void; gap: () => void; listeners: Set<ChangeListener> } {
  const listeners = new Set<ChangeListener>();
  const changes = {
    subscribe: (listener: ChangeListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const stream = followRow({ changes, concerns: ({ id }) => id === 'row', load, isLast: (value) => value === 9 })[Symbol.asyncIterator]();
  const announce = (): void => listeners.forEach(({ onChange }) => onChange({ table: 'job', id: 'row', workspaceId: 'ws' }));
  return { stream, announce, gap: () => listeners.forEach(({ onGap }) => onGap()), listeners };
}

it('joins changes that come while the reader is busy into one event with the newest state', async () => {
  let value = 1;
  const { stream, announce } = feed(() => Promise.resolve(value));
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  for (value = 2; value < 5; value++) announce();
  expect(await stream.next()).toEqual({ done: false, value: 5 });
  const waiting = stream.next();
  value = 9;
  announce();
  expect(await waiting).toEqual({ done: false, value: 9 });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

it('reads again after a gap: what happened in it was not announced', async () => {
  let value = 1;
  const { stream, gap } = feed(() => Promise.resolve(value));
  await stream.next();
  const waiting = stream.next();
  value = 2;
  gap();
  expect(await waiting).toEqual({ done: false, value: 2 });
});

it('stops listening when its reader goes away, also while it waits', async () => {
  const { stream, listeners } = feed(() => Promise.resolve(1));
  await stream.next();
  const waiting = stream.next();
  expect(listeners.size).toBe(1);
  await stream.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(listeners.size).toBe(0);
});

it('waits for a database that is away instead of ending', async () => {
  let isAway = true;
  const load = (): Promise<number> => (isAway ? Promise.reject(new MillraceError('UNAVAILABLE', 'away')) : Promise.resolve(3));
  const { stream, gap } = feed(load);
  const waiting = stream.next();
  isAway = false;
  gap();
  expect(await waiting).toEqual({ done: false, value: 3 });
});

it('ends with the reason when the row cannot be read for another one', async () => {
  const { stream, listeners } = feed(() => Promise.reject(new MillraceError('NOT_FOUND', 'gone')));
  await expect(stream.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(listeners.size).toBe(0);
});

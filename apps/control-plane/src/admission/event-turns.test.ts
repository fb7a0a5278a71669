import { setImmediate as immediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { EventTurns } from './event-turns.ts';

it('a workspace with a thousand events does not keep another waiting, and others have the process in between', async () => {
  const turns = new EventTurns();
  const order: string[] = [];
  const wait = async (workspaceId: string): Promise<void> => {
    await turns.wait({ workspaceId, tokenId: 'x' });
    order.push(workspaceId);
  };
  const all = Array.from({ length: 1000 }, () => wait('a'));
  const other = wait('b');
  let steps = 0;
  const state = { over: false };
  const stepping = (async () => {
    while (!state.over) {
      await immediate();
      steps += 1;
    }
  })();
  await other;
  expect(order.length).toBeLessThanOrEqual(50);
  await Promise.all(all);
  state.over = true;
  await stepping;
  expect(order.length).toBe(1001);
  expect(steps).toBeGreaterThan(20);
});

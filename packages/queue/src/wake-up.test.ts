import { expect, it } from 'vitest';
import { WakeUp } from './wake-up.ts';

const LONG = 2 ** 30;

it('a call while nobody sleeps ends the next sleep at once', async () => {
  const wakeUp = new WakeUp();
  wakeUp.now();
  await wakeUp.wait(LONG);
  const asleep = wakeUp.wait(LONG);
  wakeUp.now();
  await asleep;
  expect(wakeUp.isClosed).toBe(false);
});

it('closing ends every sleep', async () => {
  const wakeUp = new WakeUp();
  const asleep = wakeUp.wait(LONG);
  wakeUp.close();
  await asleep;
  await wakeUp.wait(LONG);
  expect(wakeUp.isClosed).toBe(true);
});

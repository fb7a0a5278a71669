import { expect, it } from 'vitest';
import { retryDelaySeconds } from './retry-delay.ts';

it('the wait doubles with every attempt and ends with the last one', () => {
  const definition = { attempts: 4, backoffSeconds: 2 };
  expect([1, 2, 3, 4, 5].map((attempt) => retryDelaySeconds(definition, attempt))).toEqual([2, 4, 8, undefined, undefined]);
});

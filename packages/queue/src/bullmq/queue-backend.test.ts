import { expect, it } from 'vitest';
import { openBackend } from './queue-backend.ts';

it('an unknown kind of queue is refused with the kinds that there are', () => {
  expect(() => openBackend('amqp://127.0.0.1')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  expect(() => openBackend('amqp://127.0.0.1')).toThrow(/amqp:\/\/.*postgres:\/\/ or redis:\/\//);
});

import { expect, it } from 'vitest';
import { AccessTable } from './access-table.ts';
import { findEndpoint } from './find-model.ts';
import { RouteTable } from './route-table.ts';

it('a node that is still starting asks its callers to come again, and says what it does not serve only when it knows', () => {
  const routes = new RouteTable();
  const context = { access: new AccessTable('open', Date.now), routes };
  expect(() => findEndpoint(context, 'flights', undefined)).toThrow(expect.objectContaining({ code: 'UNAVAILABLE', retryable: true }));
  expect(routes.all()).toEqual([]);
  routes.replace([]);
  expect(() => findEndpoint(context, 'flights', undefined)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { AccessTable, bearerToken } from './access-table.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const grant = (secret: string, endpoints: string[] | null = null, expiresAt: string | null = null) => ({
  tokenHash: hash('sha256', secret, 'hex'),
  endpoints,
  expiresAt,
});

it('a token that may predict passes, everything else is refused with its reason', () => {
  const access = new AccessTable('token', () => NOW);
  access.replace([
    grant('everywhere'),
    grant('flights-only', ['late-flights']),
    grant('old', null, '2026-05-31T00:00:00.000Z'),
    grant('new', null, '2026-06-02T00:00:00.000Z'),
  ]);
  access.require('everywhere', 'late-flights');
  access.require('flights-only', 'late-flights');
  access.require('new', 'late-flights');
  expect(() => access.require(undefined, 'late-flights')).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  expect(() => access.require('guessed', 'late-flights')).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  expect(() => access.require('old', 'late-flights')).toThrow('expired at 2026-05-31');
  expect(() => access.require('flights-only', 'prices')).toThrow(expect.objectContaining({ code: 'FORBIDDEN', fields: { endpoint: 'prices' } }));
});

it('a token that was revoked is refused from the next assignment on, also when it was used before', () => {
  const access = new AccessTable('token', () => NOW);
  access.replace([grant('s3cret')]);
  access.require('s3cret', 'a');
  access.replace([]);
  expect(access.allows('s3cret', 'a')).toBe(false);
  access.replace([grant('s3cret')]);
  expect(access.allows('s3cret', 'a')).toBe(true);
});

it('tokens that nobody was given take no memory', () => {
  const access = new AccessTable('token', () => NOW);
  access.replace([grant('s3cret')]);
  access.require('s3cret', 'a');
  for (let guess = 0; guess < 100; guess++) expect(access.allows(`guess-${guess}`, 'a')).toBe(false);
  expect(access.rememberedTokens).toBe(1);
});

it('a node that was never told of any token lets nobody in, one that is open lets everybody in', () => {
  expect(new AccessTable('token', () => NOW).allows('x', 'a')).toBe(false);
  expect(new AccessTable('open', () => NOW).allows(undefined, 'a')).toBe(true);
});

it('the token is what follows Bearer', () => {
  expect(bearerToken('Bearer mlr_1')).toBe('mlr_1');
  expect(bearerToken('bearer  mlr_1 ')).toBe('mlr_1');
  for (const header of [undefined, '', 'Bearer', 'Bearer a b', 'Basic bWxy', 'mlr_1']) expect(bearerToken(header)).toBeUndefined();
});

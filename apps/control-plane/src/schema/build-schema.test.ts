import { readFileSync } from 'node:fs';
import { buildSchema, isInputObjectType } from 'graphql';
import { expect, it } from 'vitest';
import { guardSchema } from '../authorisation/guard-schema.ts';
import { POLICY } from '../authorisation/policy.ts';
import { checkedSchemas } from '../validation/checked.ts';
import { printedSchema } from './build-schema.ts';

it('the committed schema.graphql is what the resolvers emit: run "npm run generate" after a change', () => {
  expect(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8')).toBe(printedSchema());
});

it('every input type is checked against a schema', () => {
  const inputs = Object.values(buildSchema(printedSchema()).getTypeMap())
    .filter(isInputObjectType)
    .map(({ name }) => name);
  expect([...checkedSchemas().keys()].toSorted()).toEqual(inputs.toSorted());
});

it('a root field without a policy, and a policy without a field, fail the build of the schema', () => {
  const schema = buildSchema('type Query { viewer: String secrets: String }');
  expect(() => guardSchema(schema, { ...POLICY, Query: { viewer: { scopes: ['read'] } } })).toThrow(/Query disagree about: secrets/);
  const policy = {
    Query: { viewer: { scopes: ['read'] }, secrets: { scopes: ['read'] }, gone: { scopes: ['read'] } },
    Mutation: {},
    Subscription: {},
  } as const;
  expect(() => guardSchema(schema, policy)).toThrow(/Query disagree about: gone/);
});

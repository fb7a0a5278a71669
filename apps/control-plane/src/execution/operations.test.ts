import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { printedSchema } from '../schema/build-schema.ts';
import { Operations } from './operations.ts';

const schema = buildSchema(printedSchema());
const operations = new Operations({ schema, limits: { depth: 8, cost: 50_000, rootFields: 50 } });
const prepare = (query: string, variables: Record<string, unknown> = {}) => operations.prepare({ query, operationName: undefined, variables });
const request = (index: number) => ({ query: `{ a${index}: viewer { kind } }`, operationName: undefined, variables: {} });
const many = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(' ');

it('keeps the variables that the operation declares and no others, whatever they are called', () => {
  const query = 'query ($id: ID!, $__proto__: Int) { job(id: $id) { log(first: $__proto__) { nodes { at } } } }';
  const variables = JSON.parse('{"id":"a","__proto__":5,"other":[[],[]]}') as Record<string, unknown>;
  const kept = prepare(query, variables).variables;
  expect(Object.entries(kept)).toEqual([
    ['id', 'a'],
    ['__proto__', 5],
  ]);
  expect(prepare('query ($id: ID = "a") { job(id: $id) { id } }').variables).toEqual({});
});

it.each([
  ['equal names, which are compared with each other', `{ ${many(150, () => 'useCases { nodes { id } }')} }`, 'sameNames'],
  [
    'equal names in fragments',
    `{ ...F0 } ${many(40, (i) => `fragment F${i} on Query { ${i < 39 ? `...F${i + 1}` : ''} ${many(5, () => 'useCases { id }')} }`)}`,
    'sameNames',
  ],
  [
    'fragments in fragments',
    `{ ...F0 } ${many(20, (i) => `fragment F${i} on Query { ${many(19 - i, (j) => `...F${i + j + 1}`)} viewer { kind } }`)}`,
    'spreads',
  ],
  ['operations, for each of which all fragments are walked', many(11, (i) => `query A${i} { viewer { kind } }`), 'operations'],
  ['operations and fragments', `{ viewer { kind } } ${many(60, (i) => `fragment F${i} on Query { viewer { kind } }`)}`, 'definitions'],
])('refuses too many %s, before they are checked', (_what, query, what) => {
  expect(() => prepare(query)).toThrow(expect.objectContaining({ code: 'QUERY_TOO_COSTLY', fields: expect.objectContaining({ what }) }));
});

it('mistakes say where they are, though documents are kept without places', () => {
  expect(() => prepare('{\n  nothing\n}')).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ locations: [{ line: 2, column: 3 }] })] }));
});

it('documents that are sent again are known, and those that nobody sends any more are forgotten first', () => {
  operations.prepare(request(0));
  for (let index = 1; index < 300; index++) {
    operations.prepare(request(index));
    operations.prepare(request(0));
  }
  expect([0, 1, 299].map((index) => operations.knows(request(index)))).toEqual([true, false, true]);
});

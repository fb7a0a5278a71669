import { MillraceError } from '@millrace/contracts';
import { buildSchema, getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { printedSchema } from './build-schema.ts';
import { measureWithin } from './query-limits.ts';
import { measure } from './query-measure.ts';

const schema = buildSchema(printedSchema());
const limits = { depth: 6, cost: 5000, rootFields: 50 };

function codeOf(query: string, variables: Record<string, unknown> = {}): unknown {
  try {
    measureWithin({ schema, document: parse(query), operationName: undefined, variables }, limits);
    return 'allowed';
  } catch (error) {
    return error instanceof MillraceError ? error.code : error;
  }
}

describe('limits of a query', () => {
  it('allow what a screen asks for, and introspection', () => {
    expect(codeOf('{ useCases(first: 50) { nodes { id name milestones { name status } } } }')).toBe('allowed');
    const { depth, cost } = measure({ schema, document: parse(getIntrospectionQuery()), operationName: undefined, variables: {} });
    expect(depth).toBeLessThanOrEqual(8);
    expect(cost).toBeLessThan(50_000);
  });

  it('refuse a query that nests too deep, also through fragments', () => {
    expect(codeOf('{ experiment(id: "a") { runs(first: 1) { edges { node { job { log(first: 1) { nodes { at } } } } } } } }')).toBe('QUERY_TOO_DEEP');
    expect(
      codeOf(
        '{ experiment(id: "a") { ...E } } fragment E on Experiment { runs(first: 1) { nodes { ...R } } } fragment R on TrainingRun { job { log(first: 1) { nodes { at } } } }',
      ),
    ).toBe('QUERY_TOO_DEEP');
  });

  it('refuse a query that may return too much: pages multiply, also where a variable says how large they are', () => {
    const nested = 'query ($first: Int) { pipelines(first: $first) { nodes { runs(first: $first) { nodes { id } } } } }';
    expect(codeOf(nested, { first: 20 })).toBe('allowed');
    expect(codeOf(nested, { first: 200 })).toBe('QUERY_TOO_COSTLY');
    expect(codeOf('query ($first: Int = 200) { pipelines(first: $first) { nodes { runs(first: 20) { nodes { id } } } } }')).toBe('QUERY_TOO_COSTLY');
    expect(codeOf(`{ ${Array.from({ length: 200 }, (_, index) => `a${index}: useCases(first: 200) { nodes { id } }`).join(' ')} }`)).toBe('QUERY_TOO_COSTLY');
  });

  it('refuse fragments that multiply each other, without walking all they stand for', () => {
    const levels = Array.from({ length: 30 }, (_, index) => `fragment F${index} on UseCase { ...F${index + 1} ...F${index + 1} }`).join(' ');
    expect(codeOf(`{ useCase(id: "a") { ...F0 } } ${levels} fragment F30 on UseCase { id }`)).toBe('QUERY_TOO_COSTLY');
  });
});

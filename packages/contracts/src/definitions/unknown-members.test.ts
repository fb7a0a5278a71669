import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { dataRequirementSchema } from './data-requirement.ts';
import { ensembleSchema } from './ensemble.ts';
import { environmentPolicySchema } from './environment-policy.ts';
import { monitorDefinitionSchema } from './monitor.ts';
import { pipelineDefinitionSchema } from './pipeline.ts';
import { readingDefinitionSchema } from './reading.ts';
import { servingOptionsSchema } from './serving-options.ts';
import { trainingSpecSchema } from './training.ts';

/** What people write by hand, with every object that there can be. What is taken as it comes, such as the parameters of a trainer, is empty. */
const DEFINITIONS: readonly (readonly [string, z.ZodType, object])[] = [
  [
    'a requirement',
    dataRequirementSchema,
    { columns: [{ name: 'a', type: 'long' }], minimumRows: 1, segments: [{ column: 'a', values: ['1'], minimumRows: 1 }] },
  ],
  [
    'a pipeline',
    pipelineDefinitionSchema,
    {
      sources: [{ name: 'a', dataSourceId: 'src_1' }],
      transform: 'SELECT * FROM a',
      dataset: 'd',
      expectations: [
        { name: 'a', severity: 'FAIL', kind: 'notNull', column: 'a' },
        { name: 'b', severity: 'FAIL', kind: 'between', column: 'a', minimum: 0 },
        { name: 'c', severity: 'FAIL', kind: 'oneOf', column: 'a', values: [1] },
        { name: 'd', severity: 'FAIL', kind: 'expression', sql: 'a > 0' },
        { name: 'e', severity: 'FAIL', kind: 'rowCount', maximum: 5 },
      ],
    },
  ],
  [
    'a training run',
    trainingSpecSchema,
    {
      trainer: 'baseline',
      features: ['a'],
      label: 'b',
      split: { kind: 'time', timeColumn: 't', validationStart: '2001-04-01T00:00:00Z' },
      costs: { falsePositive: 1, falseNegative: 2 },
    },
  ],
  [
    'an environment',
    environmentPolicySchema,
    { canarySteps: [{ weight: 10, minimumRequests: 0, holdSeconds: 1, maximumErrorRate: 0.01 }], canaryTest: { falseRollbackRate: 0.01 } },
  ],
  [
    'a monitor',
    monitorDefinitionSchema,
    {
      liveMetrics: [{ metric: 'auc', measure: 'auc' }],
      costMetric: { metric: 'cost', falsePositiveCost: 1, falseNegativeCost: 1 },
      conditions: [{ on: 'FEATURES', share: 0.5 }, { on: 'SCORE' }, { on: 'METRIC', measure: 'auc', floor: 0.7 }],
    },
  ],
  ['a reading definition', readingDefinitionSchema, { delimiter: ';', columns: [{ name: 'a', type: 'long' }] }],
  ['serving options', servingOptionsSchema, {}],
  ['an ensemble', ensembleSchema, { steps: [{ endpoint: 'a', inputs: { x: 'x' }, outputs: { y: 'y' } }], outputs: ['y'] }],
];

/** Members that map names to what the caller chooses. */
const MAPS = new Set(['inputs', 'outputs', 'parameters']);

/** The value with one member more, once for each object in it. */
function withOneMore(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => withOneMore(item).map((changed) => value.with(index, changed)));
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).filter(([name]) => !MAPS.has(name));
  return [{ ...value, misspelt: 1 }, ...inside.flatMap(([name, member]) => withOneMore(member).map((changed) => ({ ...value, [name]: changed })))];
}

describe.each(DEFINITIONS)('%s', (_what, schema, definition) => {
  it('is taken as it stands, and with a member that nobody knows it is refused by the name of that', () => {
    expect(schema.safeParse(definition).error).toBeUndefined();
    for (const changed of withOneMore(definition))
      expect(JSON.stringify(schema.safeParse(changed).error?.issues), JSON.stringify(changed)).toContain('misspelt');
  });
});

it.each(['between', 'rowCount'])('an expectation "%s" without a bound, or with bounds that nothing satisfies, is refused', (kind) => {
  const messageOf = (bounds: object): string | undefined => {
    const expectations = [{ name: 'e', severity: 'FAIL', kind, ...(kind === 'between' && { column: 'a' }), ...bounds }];
    return pipelineDefinitionSchema.safeParse({ sources: [{ name: 'a', dataSourceId: 'src_1' }], transform: 'SELECT 1', dataset: 'd', expectations }).error
      ?.issues[0]?.message;
  };
  expect(messageOf({})).toBe('needs a minimum, a maximum or both');
  expect(messageOf({ minimum: 2, maximum: 1 })).toBe('has a minimum above its maximum');
  expect(messageOf({ minimum: 1, maximum: 1 })).toBeUndefined();
});

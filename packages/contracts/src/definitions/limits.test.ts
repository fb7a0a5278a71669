import { describe, expect, it } from 'vitest';
import { dataRequirementSchema } from './data-requirement.ts';
import { environmentPolicySchema } from './environment-policy.ts';
import { instantSchema, instantTextSchema } from './instant.ts';
import { monitorDefinitionSchema } from './monitor.ts';
import { pipelineDefinitionSchema } from './pipeline.ts';
import { servingOptionsSchema } from './serving-options.ts';
import { tensorSpecSchema } from './signature.ts';
import { trainingSpecSchema } from './training.ts';

describe('an instant', () => {
  it.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59+14:00', '0000-12-31T20:00:00-04:00', '2004-02-29T00:00:00Z'])(
    '%s is one',
    (text) => expect(instantTextSchema.parse(text)).toBe(text),
  );

  it.each([
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+14:00',
    '9999-12-31T23:59:59-00:01',
    '9999-12-31T23:59:59-14:00',
    '10000-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2001-02-30T00:00:00Z',
    '2001-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2001-04-31T00:00:00Z',
    '2001-01-01T24:00:00Z',
    '2001-01-01T00:00:00+24:00',
    '2001-01-01',
    '2001-01-01T00:00:00',
    'now',
  ])('%s is none', (text) => expect(instantTextSchema.safeParse(text).success).toBe(false));

  it('is none beyond what a date can be', () => {
    for (const time of [Number.NaN, 8.64e15, -8.64e15, 253_402_300_800_000]) expect(instantSchema.safeParse(new Date(time)).success).toBe(false);
  });
});

describe('a tensor of a model', () => {
  it.each(['constructor', 'toString', 'x:0', 'Ä', '__proto'])('may be called %s', (name) =>
    expect(tensorSpecSchema.safeParse({ name, datatype: 'FP32', shape: [-1] }).success).toBe(true),
  );
  it.each(['__proto__', 'millrace.event_id', 'millrace.event_time', '', 'a\0'])('may not be called %j', (name) =>
    expect(tensorSpecSchema.safeParse({ name, datatype: 'FP32', shape: [-1] }).success).toBe(false),
  );
});

const training = { trainer: 'baseline', features: ['a'], label: 'b', split: { kind: 'time', timeColumn: 't', validationStart: '2001-04-01T00:00:00Z' } };
const pipeline = { sources: [{ name: 'a', dataSourceId: 'src_1' }], transform: 'SELECT 1', dataset: 'd' };
const requirement = { columns: [{ name: 'a', type: 'integer' }], minimumRows: 1 };
const step = { weight: 10, minimumRequests: 0, holdSeconds: 1, maximumErrorRate: 0.01 };
const cost = { metric: 'cost', falsePositiveCost: 1, falseNegativeCost: 1 };

describe.each([
  ['a monitor', monitorDefinitionSchema, {}],
  ['a training run', trainingSpecSchema, training],
  ['a pipeline', pipelineDefinitionSchema, pipeline],
  ['a requirement', dataRequirementSchema, requirement],
  ['a policy', environmentPolicySchema, { canarySteps: [step] }],
  ['serving', servingOptionsSchema, {}],
] as const)('%s', (_, schema, valid) => {
  it('within its limits is taken', () => expect(schema.safeParse(valid).error).toBeUndefined());
});

it.each([
  [monitorDefinitionSchema, { windowSeconds: 2 ** 53 - 1 }],
  [monitorDefinitionSchema, { windowSeconds: 367 * 86_400 }],
  [monitorDefinitionSchema, { windowSeconds: Number.POSITIVE_INFINITY }],
  [monitorDefinitionSchema, { latenessSeconds: 2 ** 53 - 1 }],
  [monitorDefinitionSchema, { minimumRows: 2 ** 53 - 1 }],
  [monitorDefinitionSchema, { minimumPsi: 1e308 }],
  [monitorDefinitionSchema, { falseAlarmRate: 0 }],
  [monitorDefinitionSchema, { psiThreshold: 0.25 }],
  [monitorDefinitionSchema, { conditions: [{ on: 'SCORE', windows: 3, outOf: 2 }] }],
  [monitorDefinitionSchema, { conditions: [{ on: 'SCORE' }, { on: 'SCORE', windows: 2 }] }],
  [monitorDefinitionSchema, { conditions: [{ on: 'METRIC', measure: 'auc' }] }],
  [monitorDefinitionSchema, { conditions: Array.from({ length: 101 }, (_, index) => ({ on: 'SCORE', name: `c${index}` })) }],
  [monitorDefinitionSchema, { costMetric: { ...cost, falsePositiveCost: 1e308 } }],
  [monitorDefinitionSchema, { costMetric: { ...cost, perPredictions: 2 ** 53 - 1 } }],
  [monitorDefinitionSchema, { liveMetrics: Array.from({ length: 101 }, (_, index) => ({ metric: `m${index}`, measure: 'auc' })) }],
  [trainingSpecSchema, { ...training, seed: 2 ** 53 - 1 }],
  [trainingSpecSchema, { ...training, costs: { falsePositive: 1e308, falseNegative: 1 } }],
  [trainingSpecSchema, { ...training, split: { ...training.split, end: '0000-01-01T00:00:00Z' } }],
  [trainingSpecSchema, { ...training, features: Array.from({ length: 1001 }, (_, index) => `f${index}`) }],
  [trainingSpecSchema, { ...training, parameters: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, 1])) }],
  [pipelineDefinitionSchema, { ...pipeline, transform: 'SELECT \0' }],
  [pipelineDefinitionSchema, { ...pipeline, partitionBy: Array.from({ length: 11 }, (_, index) => `p${index}`) }],
  [dataRequirementSchema, { ...requirement, historyDays: 1e308 }],
  [dataRequirementSchema, { ...requirement, freshnessHours: 1e308 }],
  [dataRequirementSchema, { ...requirement, columns: [{ name: 'a\0', type: 'integer' }] }],
  [environmentPolicySchema, { canarySteps: [{ ...step, holdSeconds: 2 ** 31 }] }],
  [environmentPolicySchema, { latencyObjectiveMilliseconds: 1e308 }],
  [servingOptionsSchema, { queueTimeoutMicroseconds: 2 ** 53 - 1 }],
  [servingOptionsSchema, { responseCacheBytes: 2 ** 53 - 1 }],
] as const)('%#: %o is refused', (schema, value) => {
  expect(schema.safeParse(value).success).toBe(false);
});

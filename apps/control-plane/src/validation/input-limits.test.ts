import { expect, it } from 'vitest';
import { z } from 'zod';
// The inputs say their schemas when they are loaded.
import { printedSchema } from '../schema/build-schema.ts';
import { checkedSchemas } from './checked.ts';

interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly allOf?: readonly Shape[];
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maximum?: number;
  readonly minimum?: number;
  readonly exclusiveMaximum?: number;
  readonly exclusiveMinimum?: number;
}

/** Whole numbers without a limit of their own. */
const SAFE = Number.MAX_SAFE_INTEGER;

function unlimited(shape: Shape, path: string): string[] {
  const parts = [...(shape.anyOf ?? []), ...(shape.oneOf ?? []), ...(shape.allOf ?? [])].flatMap((part) => unlimited(part, path));
  const members = Object.entries(shape.properties ?? {}).flatMap(([name, member]) => unlimited(member, `${path}.${name}`));
  const others = typeof shape.additionalProperties === 'object' ? unlimited(shape.additionalProperties, `${path}.*`) : [];
  const items = shape.items === undefined ? [] : unlimited(shape.items, `${path}[]`);
  return [...parts, ...members, ...others, ...items, ...(isLimited(shape) ? [] : [path])];
}

function isLimited({ type, enum: values, const: value, pattern, maxLength, maxItems, ...range }: Shape): boolean {
  const { maximum, exclusiveMaximum, minimum, exclusiveMinimum } = range;
  if (values !== undefined || value !== undefined) return true;
  if (type === 'string') return maxLength !== undefined || pattern !== undefined;
  if (type === 'array') return maxItems !== undefined;
  if (type === 'integer') return (exclusiveMaximum ?? maximum ?? SAFE) < SAFE && (exclusiveMinimum ?? minimum ?? -SAFE) > -SAFE;
  return type !== 'number' || ((exclusiveMaximum ?? maximum) !== undefined && (exclusiveMinimum ?? minimum) !== undefined);
}

/** What nodes and scorers count, which is summed and never looped over, and numbers that data are compared with. */
const FREE = new Set([
  'StartTrainingRunInput.spec.parameters.*',
  ...['minimum', 'maximum', 'values[]'].map((part) => `CreatePipelineInput.definition.expectations[].${part}`),
  ...['rows', 'features.*.counts[]', 'features.*.nulls', 'features.*.other', 'score.counts[]', 'score.nulls']
    .concat(['features.*.edges[]', 'features.*.sum', 'features.*.sumOfSquares', 'score.edges[]', 'score.sum', 'score.sumOfSquares'])
    .map((part) => `RecordPredictionSegmentInput.summaries[].${part}`),
]);

it('every text, list and number of every input has a limit', () => {
  expect(printedSchema()).toContain('input ');
  const schemas = [...checkedSchemas()];
  expect(schemas.length).toBeGreaterThan(30);
  const found = schemas.flatMap(([name, schema]) => unlimited(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape, name));
  expect([...new Set(found)].filter((path) => !FREE.has(path))).toEqual([]);
});

import { trainingSpecSchema, type Column } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { trainingColumns } from './training-columns.ts';
import { trainingTable } from './training-table.ts';

const spec = trainingSpecSchema.parse({
  trainer: 'baseline',
  features: ['distance', 'origin'],
  label: 'late',
  split: { kind: 'time', timeColumn: 'departed_at', validationStart: '2001-03-01T00:00:00Z' },
});
const column = (name: string, type: Column['type']): Column => ({ name, type, nullable: true });
const schema = [column('distance', 'double'), column('origin', 'string'), column('late', 'boolean'), column('departed_at', 'timestamp')];

const rowsWith = (late: number[]) =>
  ({
    rows: 3,
    columns: {
      distance: { type: 'number', values: Float64Array.of(1, 2, 3) },
      origin: { type: 'category', codes: Int32Array.of(0, 1, -1), dictionary: ['A', 'B'] },
      late: { type: 'number', values: Float64Array.from(late) },
      departed_at: { type: 'number', values: Float64Array.of(10, 20, 30) },
    },
  }) as const;

describe('the columns of a training run', () => {
  it('are those that the spec names, each once', () => {
    expect(trainingColumns(spec, schema)).toEqual(['distance', 'origin', 'late', 'departed_at']);
  });

  it('that the dataset version lacks are TRAINING_DATA_UNUSABLE, all named', () => {
    const lacking = { code: 'TRAINING_DATA_UNUSABLE', fields: { missing: ['origin', 'late'] } };
    expect(() => trainingColumns(spec, [column('distance', 'double'), column('departed_at', 'timestamp')])).toThrow(expect.objectContaining(lacking));
  });

  it('need a label that counts and a time that is one', () => {
    expect(() => trainingColumns({ ...spec, label: 'origin' }, schema)).toThrow(/label "origin" has type string/);
    expect(() => trainingColumns({ ...spec, split: { ...spec.split, timeColumn: 'distance' } }, schema)).toThrow(/time column "distance" has type double/);
  });
});

describe('the table of a training run', () => {
  it('leaves out rows without a label and says how many', () => {
    const { table, unlabelled } = trainingTable(rowsWith([1, NaN, 0]), spec);
    expect(unlabelled).toBe(1);
    expect(table).toEqual({
      rows: 2,
      label: Uint8Array.of(1, 0),
      time: Float64Array.of(10, 30),
      columns: {
        distance: { type: 'number', values: Float64Array.of(1, 3) },
        origin: { type: 'category', codes: Int32Array.of(0, -1), dictionary: ['A', 'B'] },
      },
    });
  });

  it('refuses a label that is neither 0 nor 1', () => {
    expect(() => trainingTable(rowsWith([1, 0, 2]), spec)).toThrow(
      expect.objectContaining({ code: 'TRAINING_DATA_UNUSABLE', fields: { column: 'late', value: 2 } }),
    );
  });
});

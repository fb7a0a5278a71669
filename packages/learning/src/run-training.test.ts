import { describe, expect, it } from 'vitest';
import { referenceProfileSchema, signatureSchema, trainingSpecSchema, type TrainingSpecInput } from '@millrace/contracts';
import { modelCard } from './model-card.ts';
import { runTrainingInThread } from './run-training-in-thread.ts';
import { runTraining } from './run-training.ts';
import { DAY, FIRST_DAY, FLIGHT_COLUMNS, syntheticFlights } from './synthetic-flights.fixture.ts';
import type { TrainingTask } from './training-outcome.ts';

function task(spec: Partial<TrainingSpecInput> = {}, rows = 6000): TrainingTask {
  return {
    columns: FLIGHT_COLUMNS,
    table: syntheticFlights(rows),
    spec: trainingSpecSchema.parse({
      trainer: 'gradient-boosted-trees',
      parameters: { trees: 30 },
      features: FLIGHT_COLUMNS.map(({ name }) => name),
      label: 'late',
      split: { kind: 'time', timeColumn: 'date', validationStart: new Date(FIRST_DAY + 75 * DAY).toISOString() },
      costs: { falsePositive: 1, falseNegative: 3 },
      ...spec,
    }),
  };
}

it('yields a signature and a reference profile that the contracts accept, and metrics better than the baseline', () => {
  const outcome = runTraining(task());
  expect(signatureSchema.parse(outcome.signature).inputs.map(({ datatype }) => datatype)).toEqual(['FP64', 'FP32', 'FP32', 'BYTES', 'BYTES']);
  const profile = referenceProfileSchema.parse(outcome.referenceProfile);
  expect(profile.score.counts.reduce((sum, count) => sum + count, 0)).toBe(outcome.data.validationRows);
  expect(profile.features['origin']).toMatchObject({ kind: 'categorical', values: { length: 60 }, other: 0 });
  expect(outcome.metrics['auc']).toBeGreaterThan(0.65);
  expect(outcome.baselineMetrics['auc']).toBe(0.5);
  expect(outcome.metrics['costPerThousand']).toBeLessThan(outcome.baselineMetrics['costPerThousand'] ?? 0);
});

it('a feature that the dataset lacks or that no trainer reads is TRAINING_DATA_UNUSABLE', () => {
  expect(() => runTraining(task({ features: ['hour', 'wind'] }))).toThrow(
    expect.objectContaining({ code: 'TRAINING_DATA_UNUSABLE', fields: { column: 'wind' } }),
  );
  const dated = { ...task({ features: ['hour'] }), columns: [{ name: 'hour', type: 'timestamp', nullable: true }] } as const;
  expect(() => runTraining(dated)).toThrow(/type timestamp, which no trainer reads/);
});

it('a feature named twice and a label among the features are BAD_INPUT', () => {
  expect(() => runTraining(task({ features: ['hour', 'origin', 'hour'] }))).toThrow(
    expect.objectContaining({ code: 'BAD_INPUT', fields: { feature: 'hour' } }),
  );
  expect(() => runTraining(task({ features: ['hour', 'late'] }))).toThrow(expect.objectContaining({ code: 'BAD_INPUT', fields: { feature: 'late' } }));
});

describe('in a thread', () => {
  it('gives the same bytes as in place, with progress on the way', async () => {
    const fractions: number[] = [];
    const inThread = await runTrainingInThread(task(), { onProgress: (fraction) => fractions.push(fraction) });
    expect(inThread.onnx).toEqual(runTraining(task()).onnx);
    expect(fractions.length).toBeGreaterThan(5);
    expect(fractions.at(-1)).toBe(1);
  });

  it('errors come back with their code and fields', async () => {
    await expect(runTrainingInThread(task({ parameters: { learningRate: 7 } }))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      fields: { parameter: 'learningRate', maximum: 1 },
    });
  });

  it('stops when its signal aborts', async () => {
    const controller = new AbortController();
    const running = runTrainingInThread(task({ parameters: { trees: 5000, earlyStoppingRounds: 0 } }), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });
});

it('the model card states the measured facts and nothing that was not given', () => {
  const { spec } = task();
  const card = modelCard({ name: 'late flights', version: 1, spec, ...runTraining(task()), data: { datasetVersionId: 'dsv_1', ...runTraining(task()).data } });
  expect(card).toMatch(/^---\nlibrary_name: onnx\n/);
  expect(card).toContain('## Intended use\n\nNot stated.');
  expect(card).toContain('| auc | 0.');
  expect(card).toContain('Dataset version `dsv_1`');
  expect(card).toContain('1 per false positive and 3 per false negative');
});

import { MillraceError, type Column, type TrainingSpec } from '@millrace/contracts';
import { evaluateScores } from './evaluation.ts';
import { featureTensors } from './feature-tensors.ts';
import { featuresOf, SCORE_OUTPUT, type Feature } from './features.ts';
import type { Period } from './model-card.ts';
import { referenceProfileOf } from './reference-profile.ts';
import { signatureOf } from './signature.ts';
import { splitByTime } from './split.ts';
import { spreadRows, type Table } from './table/table.ts';
import type { ProgressListener, StopSignal, TrainedModel } from './trainer.ts';
import { trainerNamed } from './trainers/trainers.ts';
import type { TrainingOutcome, TrainingTask, VerificationSample } from './training-outcome.ts';

const VERIFICATION_ROWS = 1000;
const PROFILE_ROWS = 100_000;
/** The share of the progress bar that learning takes; the rest is evaluation and export. */
const LEARNING_SHARE = 0.9;

/**
 * Splits, trains, evaluates beside the constant prior, and exports. Blocks its thread until done: see `runTrainingInThread`.
 * Throws `TRAINER_UNKNOWN`, `BAD_INPUT`, `TRAINING_DATA_UNUSABLE` or `JOB_CANCELLED`.
 */
export function runTraining(task: TrainingTask, hooks: { onProgress?: ProgressListener; signal?: StopSignal } = {}): TrainingOutcome {
  const { spec, table } = task;
  const trainer = trainerNamed(spec.trainer);
  requireUsableFeatures(spec);
  const features = featuresOf(
    table,
    spec.features.map((name) => columnNamed(task.columns, name)),
  );
  const { train, validation } = splitByTime(table, spec.split);
  const input = { train, validation, features };
  const model = trainer.train(input, {
    parameters: spec.parameters,
    seed: spec.seed,
    onProgress: (fraction, metrics) => hooks.onProgress?.(fraction * LEARNING_SHARE, metrics),
    ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
  });
  const validationScores = model.predict(validation);
  const evaluated = evaluateScores(validationScores, validation.label, spec.costs);
  const baseline = trainerNamed('baseline').train(input, { seed: spec.seed });
  const outcome = {
    onnx: model.toOnnx(),
    signature: signatureOf(features),
    scoreOutput: SCORE_OUTPUT,
    description: model.describe(),
    ...evaluated,
    baselineMetrics: evaluateScores(baseline.predict(validation), validation.label, spec.costs).metrics,
    referenceProfile: referenceProfileOf(spreadRows(train, PROFILE_ROWS), features, validationScores),
    data: { trainingRows: train.rows, validationRows: validation.rows, trainingPeriod: periodOf(train), validationPeriod: periodOf(validation) },
    verification: verificationSample(model, validation, features),
  };
  hooks.onProgress?.(1, {});
  return outcome;
}

function requireUsableFeatures({ features, label }: TrainingSpec): void {
  const repeated = features.find((name, i) => features.indexOf(name) !== i);
  if (repeated !== undefined) throw new MillraceError('BAD_INPUT', `The feature "${repeated}" is named twice.`, { fields: { feature: repeated } });
  if (!features.includes(label)) return;
  throw new MillraceError('BAD_INPUT', `The label "${label}" is among the features, so the model would be told the answer. Remove it from the features.`, {
    fields: { feature: label },
  });
}

function columnNamed(columns: readonly Column[], name: string): Column {
  const column = columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  throw new MillraceError(
    'TRAINING_DATA_UNUSABLE',
    `The dataset has no column "${name}" for the feature of that name. It has: ${columns.map((each) => each.name).join(', ')}.`,
    { fields: { column: name } },
  );
}

function verificationSample(model: TrainedModel, validation: Table, features: readonly Feature[]): VerificationSample {
  const sample = spreadRows(validation, VERIFICATION_ROWS);
  return { tensors: featureTensors(sample, features), expected: model.predict(sample) };
}

function periodOf({ time }: Table): Period {
  let from = Infinity;
  let to = -Infinity;
  for (const value of time) {
    if (value < from) from = value;
    if (value > to) to = value;
  }
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

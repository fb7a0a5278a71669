import type { Column, ReferenceProfile, Signature, TrainingSpec } from '@millrace/contracts';
import type { FeatureTensor } from './feature-tensors.ts';
import type { Period } from './model-card.ts';
import type { Table } from './table/table.ts';
import type { ModelDescription } from './trainer.ts';

/** What a training run works on. `columns` are the dataset's columns; those that `spec.features` name must be among them. */
export interface TrainingTask {
  readonly spec: TrainingSpec;
  readonly columns: readonly Column[];
  readonly table: Table;
}

/** Everything that a training run yields. Plain data, so it can cross a thread. */
export interface TrainingOutcome {
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly signature: Signature;
  readonly scoreOutput: string;
  readonly description: ModelDescription;
  /** Measured on the validation rows at `threshold`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The same for the constant prior, at its own cheapest threshold. */
  readonly baselineMetrics: Readonly<Record<string, number>>;
  readonly threshold: number;
  readonly referenceProfile: ReferenceProfile;
  readonly data: { readonly trainingRows: number; readonly validationRows: number; readonly trainingPeriod: Period; readonly validationPeriod: Period };
  readonly verification: VerificationSample;
}

/** Validation rows as tensors, and the probabilities that the trained model gives them; the exported graph must agree. */
export interface VerificationSample {
  readonly tensors: readonly FeatureTensor[];
  readonly expected: Float64Array;
}

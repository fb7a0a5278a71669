import type { TrainerName } from '@millrace/contracts';
import type { Feature } from './features.ts';
import type { ParameterSpace, ParameterValues } from './parameters.ts';
import type { Table } from './table/table.ts';

/** What a trainer learns from. Validation rows may decide when to stop, never what is learned. */
export interface TrainerInput {
  readonly train: Table;
  readonly validation: Table;
  readonly features: readonly Feature[];
}

/** Asked between steps; an `AbortSignal` is one, and so is a flag in shared memory. */
export interface StopSignal {
  readonly aborted: boolean;
}

/** Called after each step with the fraction done (0 to 1) and the metrics of that step. */
export type ProgressListener = (fraction: number, metrics: Readonly<Record<string, number>>) => void;

export interface TrainOptions {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly onProgress?: ProgressListener;
  readonly signal?: StopSignal;
}

/** What was learned, in a form that a person can read. Importances are shares that sum to 1, or are all 0 when nothing was learned. */
export interface ModelDescription {
  readonly trainer: TrainerName;
  readonly parameters: ParameterValues;
  readonly importance: Readonly<Record<string, number>>;
  readonly details: Readonly<Record<string, number>>;
}

export interface TrainedModel {
  /** The probability of label 1 for each row. */
  predict(table: Table): Float64Array;
  /** An ONNX model: raw named columns in, `probability` out, each a vector with one element per row. */
  toOnnx(): Uint8Array<ArrayBuffer>;
  describe(): ModelDescription;
}

/** One way to learn. The same input, parameters and seed give the same model, to the bit. */
export interface Trainer {
  readonly name: TrainerName;
  readonly space: ParameterSpace;
  /** Throws `BAD_INPUT` for an unknown parameter or a value out of range, `JOB_CANCELLED` when the signal asks to stop. */
  train(input: TrainerInput, options: TrainOptions): TrainedModel;
}

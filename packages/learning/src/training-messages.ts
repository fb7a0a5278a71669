import type { SerializedError } from '@millrace/contracts';
import type { TrainingOutcome, TrainingTask } from './training-outcome.ts';

/** What the training thread is started with. The first element of `stop` becomes 1 when it should stop. */
export interface TrainingThreadInput {
  readonly task: TrainingTask;
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What the training thread sends: progress any number of times, then one of the others. */
export type TrainingMessage =
  | { readonly kind: 'progress'; readonly fraction: number; readonly metrics: Readonly<Record<string, number>> }
  | { readonly kind: 'done'; readonly outcome: TrainingOutcome }
  | { readonly kind: 'failed'; readonly error: SerializedError };

import type { PredictionBatch } from '../event-log/prediction-batch.ts';
import type { ServingContext } from './serving-context.ts';
import { isInShare } from './share-of-keys.ts';

/** Hands an answer to the prediction log, or leaves it out by the share of its model. */
export function logPrediction({ predictions }: Pick<ServingContext, 'predictions'>, answer: PredictionBatch, key: string): void {
  if (answer.rows > 0 && isInShare(answer.version.serving.predictionLogShare, 'log', key)) predictions.append(answer);
}

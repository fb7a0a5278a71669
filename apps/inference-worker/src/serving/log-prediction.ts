import type { PredictionBatch } from '../event-log/prediction-batch.ts';
import type { ServingContext } from './serving-context.ts';
import { isInShare } from './share-of-keys.ts';

/** Hands an answer to the prediction log after it was sent, or leaves it out by the share of its model. */
export function logPrediction({ predictions }: Pick<ServingContext, 'predictions'>, answer: PredictionBatch, key: string): void {
  if (answer.version.serving.predictionLog === 'fast' && isLogged(answer, key)) predictions.append(answer);
}

/** Makes answers of models that want it durable before they are sent. Undefined where there is nothing to wait for. */
export function logDurably(
  { predictions }: Pick<ServingContext, 'predictions'>,
  answers: readonly PredictionBatch[],
  key: string,
): Promise<unknown> | undefined {
  const durable = answers.filter((answer) => answer.version.serving.predictionLog === 'durable' && isLogged(answer, key));
  return durable.length === 0 ? undefined : Promise.all(durable.map((answer) => predictions.appendDurably(answer)));
}

function isLogged(answer: PredictionBatch, key: string): boolean {
  return answer.rows > 0 && isInShare(answer.version.serving.predictionLogShare, 'log', key);
}

import { z } from 'zod';
import { exactTextSchema } from './name.ts';

const tensor = exactTextSchema(1000);

/**
 * A sequence of endpoints that answers as one. Tensors have names of the ensemble; a step takes them as inputs of its model and
 * names its outputs. A tensor that no earlier step gives is an input of the ensemble.
 *
 * @example
 * ```ts
 * import { ensembleSchema, type Ensemble } from '@millrace/contracts';
 *
 * const ensemble: Ensemble = ensembleSchema.parse({
 *   steps: [
 *     { endpoint: 'embed', inputs: { text: 'review' }, outputs: { vector: 'embedding' } },
 *     { endpoint: 'classify', inputs: { x: 'embedding' }, outputs: { probability: 'score' } },
 *   ],
 *   outputs: ['score'],
 * });
 * ```
 */
export const ensembleSchema = z.strictObject({
  steps: z
    .array(
      z.strictObject({
        /** An endpoint of the same environment that is not an ensemble itself. */
        endpoint: exactTextSchema(63),
        /** Input of the step's model → tensor of the ensemble. */
        inputs: z.record(tensor, tensor),
        /** Output of the step's model → tensor of the ensemble. */
        outputs: z.record(tensor, tensor),
      }),
    )
    .min(1)
    .max(16),
  /** Tensors of the ensemble that are answered. */
  outputs: z.array(tensor).min(1).max(1000),
});
export type Ensemble = z.infer<typeof ensembleSchema>;

import { z } from 'zod';
import { TENSOR_DATATYPES } from '../values/tensor-datatype.ts';
import type { Column } from './column.ts';

/**
 * The columns that every prediction has, beside its features. The score is null where the model gave none, or one that is no number.
 *
 * @example
 * ```ts
 * import { PREDICTION_COLUMNS } from '@millrace/contracts';
 *
 * PREDICTION_COLUMNS.map(({ name }) => name); // ['event_id', 'event_time', 'endpoint', 'model_version_id', 'score']
 * ```
 */
export const PREDICTION_COLUMNS: readonly Column[] = [
  { name: 'event_id', type: 'string', nullable: true },
  { name: 'event_time', type: 'timestamp', nullable: true },
  { name: 'endpoint', type: 'string', nullable: true },
  { name: 'model_version_id', type: 'string', nullable: true },
  { name: 'score', type: 'double', nullable: true },
];

/**
 * A column of features as a node logs it: the tensor that the model was given, `width` values for each row. 0: the tensor could not be
 * divided by rows, and there are no values.
 *
 * @example
 * ```ts
 * import { predictionFeatureSchema, type PredictionFeature } from '@millrace/contracts';
 *
 * const distance: PredictionFeature = predictionFeatureSchema.parse({ name: 'distance', datatype: 'FP32', width: 1 });
 * ```
 */
export const predictionFeatureSchema = z.object({ name: z.string(), datatype: z.enum(TENSOR_DATATYPES), width: z.int().min(0) });
export type PredictionFeature = z.infer<typeof predictionFeatureSchema>;

/**
 * What the rows of a block of a segment have in common.
 *
 * @example
 * ```ts
 * import { rowSchemaSchema, type RowSchema } from '@millrace/contracts';
 *
 * const schema: RowSchema = rowSchemaSchema.parse({ modelVersionId: 'mv_1', features: [{ name: 'distance', datatype: 'FP32', width: 1 }] });
 * ```
 */
export const rowSchemaSchema = z.object({ modelVersionId: z.string(), features: z.array(predictionFeatureSchema) });
export type RowSchema = z.infer<typeof rowSchemaSchema>;

/**
 * What all rows of a segment of the prediction log have in common. Null: nothing watches the endpoint, and no window is summarised.
 *
 * @example
 * ```ts
 * import { segmentHeadSchema, type SegmentHead } from '@millrace/contracts';
 *
 * const head: SegmentHead = segmentHeadSchema.parse({ endpointId: 'ep_1', endpoint: 'flights', windowSeconds: 3600 });
 * ```
 */
export const segmentHeadSchema = z.object({ endpointId: z.string(), endpoint: z.string(), windowSeconds: z.int().nullable() });
export type SegmentHead = z.infer<typeof segmentHeadSchema>;

import { z } from 'zod';
import { TENSOR_DATATYPES } from '../values/tensor-datatype.ts';
import { exactTextSchema } from './name.ts';
import { columnSchema } from './column.ts';

/** Inputs of requests that tell the events of their rows and never reach a model. */
const EVENT_INPUTS: readonly string[] = ['millrace.event_id', 'millrace.event_time'];

/** A name that every wire can carry: JSON and JavaScript take `__proto__` for a prototype, and inputs of events are taken out of requests. */
const tensorNameSchema = exactTextSchema(1000)
  .refine((name) => name !== '__proto__', 'must not be "__proto__", which JavaScript takes for a prototype; rename the tensor in the model')
  .refine((name) => !EVENT_INPUTS.includes(name), 'must not be the name of an input that tells the events of rows; rename the tensor in the model');

/**
 * One tensor of a model: its name, datatype and shape; -1 is a dimension that varies. What is taken here can be sent on every wire.
 *
 * @example
 * ```ts
 * import { tensorSpecSchema, type TensorSpec } from '@millrace/contracts';
 *
 * const input: TensorSpec = tensorSpecSchema.parse({ name: 'distance', datatype: 'FP32', shape: [-1, 1] });
 * ```
 */
export const tensorSpecSchema = z.object({ name: tensorNameSchema, datatype: z.enum(TENSOR_DATATYPES), shape: z.array(z.int().min(-1)).max(100) });
export type TensorSpec = z.infer<typeof tensorSpecSchema>;

/**
 * The signature of a model version: its inputs and outputs, and the columns that its training data had.
 *
 * @example
 * ```ts
 * import { signatureSchema, type Signature } from '@millrace/contracts';
 *
 * const signature: Signature = signatureSchema.parse({
 *   inputs: [{ name: 'distance', datatype: 'FP32', shape: [-1, 1] }],
 *   outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
 *   features: [{ name: 'distance', type: 'integer', nullable: false }],
 * });
 * ```
 */
export const signatureSchema = z.object({
  inputs: z.array(tensorSpecSchema).min(1),
  outputs: z.array(tensorSpecSchema).min(1),
  features: z.array(columnSchema),
});
export type Signature = z.infer<typeof signatureSchema>;

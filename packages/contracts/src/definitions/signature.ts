import { z } from 'zod';
import { TENSOR_DATATYPES } from '../values/tensor-datatype.ts';
import { columnSchema } from './column.ts';

/** One tensor of a model: its name, datatype and shape; -1 is a dimension that varies. */
export const tensorSpecSchema = z.object({ name: z.string().min(1), datatype: z.enum(TENSOR_DATATYPES), shape: z.array(z.int().min(-1)) });
export type TensorSpec = z.infer<typeof tensorSpecSchema>;

/** The signature of a model version: its inputs and outputs, and the columns that its training data had. */
export const signatureSchema = z.object({
  inputs: z.array(tensorSpecSchema).min(1),
  outputs: z.array(tensorSpecSchema).min(1),
  features: z.array(columnSchema),
});
export type Signature = z.infer<typeof signatureSchema>;

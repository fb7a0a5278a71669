import { z } from 'zod';
import { exactTextSchema } from './name.ts';
import { COLUMN_TYPES } from '../values/column-type.ts';

/**
 * One column of a dataset: name, Delta type, nullability.
 *
 * @example
 * ```ts
 * import { columnSchema, type Column } from '@millrace/contracts';
 *
 * const column: Column = columnSchema.parse({ name: 'distance', type: 'integer', nullable: false });
 * ```
 */
export const columnSchema = z.object({ name: exactTextSchema(255), type: z.enum(COLUMN_TYPES), nullable: z.boolean() });
export type Column = z.infer<typeof columnSchema>;

import { ERROR_CODES } from '@millrace/contracts';
import { z } from 'zod';

/** An error as it crosses processes. Codes of newer processes are kept as `INTERNAL`. */
export const serializedErrorSchema = z.object({
  code: z.enum(ERROR_CODES).catch('INTERNAL'),
  message: z.string().max(10_000),
  retryable: z.boolean().default(false),
  fields: z.record(z.string(), z.unknown()).default({}),
});

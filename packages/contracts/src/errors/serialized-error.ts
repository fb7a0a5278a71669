import { z } from 'zod';
import { ERROR_CODES } from './millrace-error.ts';

/**
 * An error as it crosses processes. Codes of newer processes are kept as `INTERNAL`.
 *
 * @example
 * ```ts
 * import { MillraceError, serializedErrorSchema } from '@millrace/contracts';
 *
 * MillraceError.from(serializedErrorSchema.parse({ code: 'TIMEOUT', message: 'It took too long.' })).code; // 'TIMEOUT'
 * ```
 */
export const serializedErrorSchema = z.object({
  code: z.enum(ERROR_CODES).catch('INTERNAL'),
  message: z.string().max(10_000),
  retryable: z.boolean().default(false),
  fields: z.record(z.string(), z.unknown()).default({}),
});

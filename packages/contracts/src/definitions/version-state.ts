import { z } from 'zod';
import { serializedErrorSchema } from '../errors/serialized-error.ts';
import { VERSION_CONDITIONS } from '../values/version-condition.ts';

/**
 * What a node says about one model version that it was assigned.
 *
 * @example
 * ```ts
 * import { versionStateSchema, type VersionState } from '@millrace/contracts';
 *
 * const well: VersionState = versionStateSchema.parse({ modelVersionId: 'mv_1', state: 'LOADED' });
 * ```
 */
export const versionStateSchema = z.object({
  modelVersionId: z.string().min(1).max(100),
  state: z.enum(VERSION_CONDITIONS),
  /** Why it cannot answer; of a version that answers again, nothing. */
  error: serializedErrorSchema.optional(),
  /** Since when it has been in this state. */
  since: z.iso.datetime().optional(),
  /** How often a session of it ended by a fault and was replaced, since it was loaded. */
  restarts: z.int().min(0).max(2_147_483_647).default(0),
  /** Why the last one ended. */
  lastEnd: z.object({ reason: z.string().max(2000), at: z.iso.datetime() }).optional(),
});
export type VersionState = z.infer<typeof versionStateSchema>;

import { z } from 'zod';
import { ensembleSchema } from './ensemble.ts';
import { monitorDefinitionSchema } from './monitor.ts';
import { referenceProfileSchema } from './histogram.ts';
import { servingOptionsSchema } from './serving-options.ts';
import { signatureSchema } from './signature.ts';

/**
 * A model version that a node must hold: the artifact by digest, and what is needed to serve and to summarise it.
 *
 * @example
 * ```ts
 * import { assignedVersionSchema, type AssignedVersion } from '@millrace/contracts';
 *
 * const readVersion = (answer: unknown): AssignedVersion => assignedVersionSchema.parse(answer);
 * ```
 */
export const assignedVersionSchema = z.object({
  modelVersionId: z.string(),
  model: z.string(),
  version: z.int().min(1),
  artifactDigest: z.string(),
  artifactBytes: z.int().min(0),
  signature: signatureSchema,
  threshold: z.number(),
  scoreOutput: z.string(),
  referenceProfile: referenceProfileSchema.nullable(),
  /** Of the model. */
  serving: servingOptionsSchema.prefault({}),
});
export type AssignedVersion = z.infer<typeof assignedVersionSchema>;

/**
 * What a node serves. `generation` grows with every change; the node reports the newest generation that it serves in full.
 *
 * @example
 * ```ts
 * import { nodeAssignmentSchema, type NodeAssignment } from '@millrace/contracts';
 *
 * const idle: NodeAssignment = nodeAssignmentSchema.parse({ generation: 0, versions: [], endpoints: [], measurements: [] });
 * ```
 */
export const nodeAssignmentSchema = z.object({
  generation: z.int().min(0),
  versions: z.array(assignedVersionSchema),
  endpoints: z.array(
    z.object({
      endpointId: z.string(),
      name: z.string(),
      traffic: z.array(z.object({ modelVersionId: z.string(), weight: z.int().min(0).max(100) })),
      monitor: monitorDefinitionSchema.pick({ windowSeconds: true }).nullable(),
      /** A version that gets a copy of `share` percent of the requests; its answers are compared and never sent. */
      shadow: z
        .object({ modelVersionId: z.string(), share: z.int().min(1).max(100) })
        .nullable()
        .default(null),
      /** An endpoint with one has no traffic of its own. */
      ensemble: ensembleSchema.nullable().default(null),
    }),
  ),
  /** Measurements that this node should make: load the version, run it, report. */
  measurements: z.array(z.object({ environmentAssessmentId: z.string(), modelVersionId: z.string() })),
  /** Tokens that may predict, so that a node asks nobody: the SHA-256 of each (hex), on which endpoints (null: all), and until when. */
  access: z.array(z.object({ tokenHash: z.string(), endpoints: z.array(z.string()).nullable(), expiresAt: z.iso.datetime().nullable() })).default([]),
});
export type NodeAssignment = z.infer<typeof nodeAssignmentSchema>;

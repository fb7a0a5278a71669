import { z } from 'zod';
import { monitorDefinitionSchema } from './monitor.ts';
import { referenceProfileSchema } from './histogram.ts';
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
    }),
  ),
  /** Measurements that this node should make: load the version, run it, report. */
  measurements: z.array(z.object({ environmentAssessmentId: z.string(), modelVersionId: z.string() })),
});
export type NodeAssignment = z.infer<typeof nodeAssignmentSchema>;

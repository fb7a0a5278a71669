import { assignedVersionSchema, MillraceError, nodeAssignmentSchema, type AssignedVersion, type NodeAssignment, type VersionState } from '@millrace/contracts';
import { z } from 'zod';

/** What the control plane sent: all that this node can read, and the versions that it cannot, as it reports them. */
export interface ReadAssignment {
  readonly assignment: NodeAssignment;
  readonly unreadable: readonly VersionState[];
}

const sentSchema = nodeAssignmentSchema.extend({ versions: z.array(z.looseObject({ modelVersionId: z.string() })) });

/**
 * An older control plane leaves out what has a default. A version that this node cannot read holds up no other: it has FAILED here. Throws
 * `PAYLOAD_INVALID` where anything else cannot be read; the assignment before stays then.
 */
export function readAssignment(sent: unknown): ReadAssignment {
  const { success, data, error } = sentSchema.safeParse(sent);
  if (!success)
    throw new MillraceError('PAYLOAD_INVALID', `the control plane sent an assignment that this node cannot read: ${firstIssues(error)}`, { cause: error });
  const versions: AssignedVersion[] = [];
  const unreadable: VersionState[] = [];
  for (const sentVersion of data.versions) {
    const read = assignedVersionSchema.safeParse(sentVersion);
    if (read.success) versions.push(read.data);
    else unreadable.push(failed(sentVersion.modelVersionId, read.error));
  }
  return { assignment: { ...data, versions }, unreadable };
}

function failed(modelVersionId: string, error: z.ZodError): VersionState {
  const reason = new MillraceError('PAYLOAD_INVALID', `the control plane sent a version that this node cannot read: ${firstIssues(error)}`);
  return { modelVersionId, restarts: 0, state: 'FAILED', error: reason.toJSON(), since: new Date().toISOString() };
}

const SHOWN_ISSUES = 3;

function firstIssues({ issues }: z.ZodError): string {
  const shown = issues.slice(0, SHOWN_ISSUES).map(({ path, message }) => `${path.join('.')}: ${message}`);
  return [...shown, ...(issues.length > SHOWN_ISSUES ? [`and ${issues.length - SHOWN_ISSUES} more`] : [])].join('; ');
}

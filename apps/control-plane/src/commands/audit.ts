import { AuditEvent, insertRow } from '@millrace/db';
import type { Work } from '../context/work.ts';

/** Longer lists and texts are kept as their length: who sent 10,000 labels matters, the labels are elsewhere. */
const MAXIMUM_LIST = 20;
const MAXIMUM_TEXT = 2000;

interface AuditedChange {
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly answer: unknown;
}

/** Writes who changed what, in the transaction of the change. */
export async function recordAuditEvent({ manager, caller, workspaceId }: Work, { action, args, answer }: AuditedChange): Promise<void> {
  await insertRow(manager, AuditEvent, {
    workspaceId,
    actorTokenId: caller.tokenId,
    action,
    subjectId: subjectOf(answer),
    input: summarised(args) as Record<string, unknown>,
  });
}

/** The id of what was changed: of the answer itself, of the token or workspace in it, or the one that a list has alone. */
function subjectOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return null;
  if ('id' in answer && typeof answer.id === 'string') return answer.id;
  if ('nodeId' in answer && typeof answer.nodeId === 'string') return answer.nodeId;
  if ('workspace' in answer) return subjectOf(answer.workspace);
  if ('token' in answer) return subjectOf(answer.token);
  return Array.isArray(answer) && answer.length === 1 ? subjectOf(answer[0]) : null;
}

function summarised(value: unknown): unknown {
  if (typeof value === 'string') return value.length > MAXIMUM_TEXT ? `${value.slice(0, MAXIMUM_TEXT)}… (${value.length} characters)` : value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.length > MAXIMUM_LIST ? { length: value.length } : value.map(summarised);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, summarised(member)]));
}

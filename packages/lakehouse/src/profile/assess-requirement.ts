import {
  MillraceError,
  type AssessmentResult,
  type AvailabilityVerdict,
  type DataRequirementDefinition,
  type ErrorCode,
  type Finding,
} from '@millrace/contracts';
import type { Snapshot } from '../delta/snapshot.ts';
import { filesOf, snapshotRelation } from '../delta/snapshot-relation.ts';
import type { SqlEngine } from '../engine/sql-engine.ts';
import { resolveSource, type SourceReference } from '../sources/source-files.ts';
import { findingsOf } from './findings.ts';
import type { MeasureInput } from './measure-requirement.ts';

/** What a requirement is measured against. */
export type AssessmentSubject =
  | { readonly kind: 'source'; readonly source: SourceReference; readonly roots: readonly string[] }
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot };

export interface AssessRequirement {
  readonly requirement: DataRequirementDefinition;
  readonly subject: AssessmentSubject;
  readonly engine: SqlEngine;
  /** The moment of the assessment: freshness is counted from here. */
  readonly now: Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, note: string) => void;
}

/** A source in one of these states is a finding about the data, not a failure of the assessment. */
const UNUSABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['SOURCE_MISSING', 'SOURCE_EMPTY', 'SOURCE_CORRUPT']);

/**
 * Measures a data requirement. `MISSING` where something blocking is not met (column, type, label, no usable source), `PARTIAL` where
 * something degrading is not met, else `AVAILABLE`; hints about leakage and personal data change nothing. Fails with
 * `SOURCE_NOT_ALLOWED` for a source outside the roots.
 */
export async function assessRequirement(request: AssessRequirement): Promise<AssessmentResult> {
  try {
    const { subject, files } = await subjectOf(request);
    const input = { subject, requirement: request.requirement, now: request.now.getTime() };
    const measures = await request.engine.run('measure-requirement', input, {
      reach: { files, folders: [] },
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      ...(request.onProgress === undefined ? {} : { onProgress: request.onProgress }),
    });
    const findings = findingsOf(request.requirement, measures, request.now.getTime());
    return { verdict: verdictOf(findings), rows: measures.rows, findings };
  } catch (error) {
    if (!(error instanceof MillraceError) || !UNUSABLE.has(error.code)) throw error;
    const finding: Finding = {
      requirement: 'source',
      subject: subjectName(request.subject),
      measured: error.code,
      needed: 'readable rows',
      met: false,
      severity: 'BLOCKING',
      message: error.message,
    };
    return { verdict: 'MISSING', rows: 0, findings: [finding] };
  }
}

async function subjectOf({ subject }: AssessRequirement): Promise<{ subject: MeasureInput['subject']; files: string[] }> {
  if (subject.kind === 'snapshot') return { subject: { kind: 'relation', relation: snapshotRelation(subject.snapshot) }, files: filesOf(subject.snapshot) };
  const { name, format, files, reading } = await resolveSource(subject.source, subject.roots);
  const paths = files.map(({ path }) => path);
  return { subject: { kind: 'source', name, format, files: paths, ...(reading === undefined ? {} : { reading }) }, files: paths };
}

function verdictOf(findings: readonly Finding[]): AvailabilityVerdict {
  if (findings.some(({ met, severity }) => !met && severity === 'BLOCKING')) return 'MISSING';
  return findings.some(({ met, severity }) => !met && severity === 'DEGRADING') ? 'PARTIAL' : 'AVAILABLE';
}

function subjectName(subject: AssessmentSubject): string {
  return subject.kind === 'source' ? subject.source.name : subject.snapshot.table;
}

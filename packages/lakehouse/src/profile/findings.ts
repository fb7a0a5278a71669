import type { ColumnType, DataRequirementDefinition, Finding } from '@millrace/contracts';
import type { RequirementMeasures } from './measure-requirement.ts';

type Requirement = DataRequirementDefinition;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LEAKING_CORRELATION = 0.95;
const PERSONAL_SHARE = 0.5;
const WIDENING: readonly (readonly ColumnType[])[] = [
  ['byte', 'short', 'integer', 'long', 'decimal', 'double'],
  ['float', 'double'],
];
const POST_OUTCOME = /(^|_)(actual|outcome|result|resolution|resolved|final|label|target|post|after)(_|$)/i;
const PERSONAL_NAME = /(^|_)(e?mail|phone|mobile|ssn|passport|iban|birth(_?date|day)?|dob|(first|last|full|sur|given)_?name|street|address|ip_?address)(_|$)/i;

/** Every finding that a requirement has about what was measured. `now` is the moment of the assessment, in milliseconds. */
export function findingsOf(requirement: Requirement, measures: RequirementMeasures, now: number): Finding[] {
  return [
    ...columnFindings(requirement, measures),
    ...labelFindings(requirement, measures),
    rowFinding(requirement, measures),
    ...timeFindings(requirement, measures, now),
    ...keyFindings(requirement, measures),
    ...segmentFindings(requirement, measures),
    ...hints(requirement, measures),
  ];
}

function columnFindings(requirement: Requirement, measures: RequirementMeasures): Finding[] {
  return requirement.columns.flatMap(({ name, type, maximumNullRate }) => {
    const found = measures.columns.find((column) => column.name === name);
    if (found === undefined) return [finding('column', name, 'absent', type, false, 'BLOCKING', `The column "${name}" is not there.`)];
    const fits = fitsType(found.type, type);
    const findings = [
      finding(
        'column',
        name,
        found.type,
        type,
        fits,
        'BLOCKING',
        fits ? `The column "${name}" is there.` : `The column "${name}" is ${found.type}, but ${type} is needed.`,
      ),
    ];
    if (maximumNullRate !== undefined) {
      const rate = measures.rows === 0 ? 0 : (measures.nulls[name] ?? 0) / measures.rows;
      findings.push(
        finding(
          'nullRate',
          name,
          percent(rate),
          `≤ ${percent(maximumNullRate)}`,
          rate <= maximumNullRate,
          'DEGRADING',
          `${percent(rate)} of "${name}" is null.`,
        ),
      );
    }
    return findings;
  });
}

function labelFindings({ label }: Requirement, measures: RequirementMeasures): Finding[] {
  if (label === undefined) return [];
  const there = measures.columns.some(({ name }) => name === label);
  return [
    finding(
      'label',
      label,
      there ? 'present' : 'absent',
      'present',
      there,
      'BLOCKING',
      there ? `The label "${label}" is there.` : `The label "${label}" is not there: nothing can be learnt from these rows.`,
    ),
  ];
}

function rowFinding({ minimumRows }: Requirement, { rows }: RequirementMeasures): Finding {
  return finding(
    'minimumRows',
    'rows',
    String(rows),
    `≥ ${minimumRows}`,
    rows >= minimumRows,
    rows === 0 ? 'BLOCKING' : 'DEGRADING',
    `There are ${rows} rows.`,
  );
}

function timeFindings(requirement: Requirement, { oldest, newest, columns }: RequirementMeasures, now: number): Finding[] {
  const { timeColumn, historyDays, freshnessHours } = requirement;
  if (timeColumn === undefined) return [];
  if (oldest === null || newest === null) {
    const type = columns.find(({ name }) => name === timeColumn)?.type ?? 'absent';
    return [finding('timeColumn', timeColumn, type, 'timestamp with values', false, 'BLOCKING', `The time column "${timeColumn}" is ${type} or has no value.`)];
  }
  const findings: Finding[] = [];
  if (historyDays !== undefined) {
    const days = (newest - oldest) / DAY;
    findings.push(
      finding(
        'historyDays',
        timeColumn,
        `${days.toFixed(1)} days`,
        `≥ ${historyDays} days`,
        days >= historyDays,
        'DEGRADING',
        `The rows reach from ${iso(oldest)} to ${iso(newest)}.`,
      ),
    );
  }
  if (freshnessHours !== undefined) {
    const hours = (now - newest) / HOUR;
    findings.push(
      finding(
        'freshnessHours',
        timeColumn,
        `${hours.toFixed(1)} hours`,
        `≤ ${freshnessHours} hours`,
        hours <= freshnessHours,
        'DEGRADING',
        `The newest row is from ${iso(newest)}.`,
      ),
    );
  }
  return findings;
}

function keyFindings({ uniqueKey }: Requirement, { rows, distinctKeys }: RequirementMeasures): Finding[] {
  if (uniqueKey === undefined) return [];
  const subject = uniqueKey.join(', ');
  if (distinctKeys === null) return [finding('uniqueKey', subject, 'absent', 'unique', false, 'BLOCKING', `The key (${subject}) is not there.`)];
  const repeated = rows - distinctKeys;
  return [
    finding(
      'uniqueKey',
      subject,
      `${repeated} repeated`,
      '0 repeated',
      repeated === 0,
      'DEGRADING',
      repeated === 0 ? `The key (${subject}) is unique.` : `${repeated} rows repeat the key (${subject}) of another.`,
    ),
  ];
}

function segmentFindings({ segments }: Requirement, measures: RequirementMeasures): Finding[] {
  return (segments ?? []).flatMap(({ column, values, minimumRows }) =>
    values.map((value) => {
      const rows = measures.segments[column]?.[value] ?? 0;
      return finding(
        'segment',
        `${column}=${value}`,
        String(rows),
        `≥ ${minimumRows}`,
        rows >= minimumRows,
        'DEGRADING',
        `The segment ${column}=${value} has ${rows} rows.`,
      );
    }),
  );
}

function hints({ columns, label }: Requirement, measures: RequirementMeasures): Finding[] {
  return columns.flatMap(({ name }) => {
    const found: Finding[] = [];
    const correlation = measures.labelCorrelation[name];
    if (correlation !== undefined && Math.abs(correlation) > LEAKING_CORRELATION) {
      found.push(
        finding(
          'leakage',
          name,
          `correlation ${correlation.toFixed(3)}`,
          `≤ ${LEAKING_CORRELATION}`,
          false,
          'HINT',
          `"${name}" is almost the label "${label}": it is probably known only afterwards.`,
        ),
      );
    } else if (name !== label && POST_OUTCOME.test(name)) {
      found.push(finding('leakage', name, 'name', 'known beforehand', false, 'HINT', `The name "${name}" sounds like something known only after the outcome.`));
    }
    const share = measures.personalShare[name] ?? 0;
    if (PERSONAL_NAME.test(name) || share > PERSONAL_SHARE)
      found.push(
        finding(
          'personalData',
          name,
          share > PERSONAL_SHARE ? `${percent(share)} of values` : 'name',
          'none',
          false,
          'HINT',
          `"${name}" looks like personal data.`,
        ),
      );
    return found;
  });
}

function fitsType(measured: string, needed: ColumnType): boolean {
  if (measured === needed) return true;
  return WIDENING.some((order) => {
    const from = order.indexOf(measured as ColumnType);
    return from >= 0 && from < order.indexOf(needed);
  });
}

function finding(
  requirement: string,
  subject: string,
  measured: string,
  needed: string,
  met: boolean,
  severity: Finding['severity'],
  message: string,
): Finding {
  return { requirement, subject, measured, needed, met, severity, message };
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(2)} %`;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

import type { ColumnType, DataRequirementDefinition, Finding } from '@millrace/contracts';
import { finding, percent } from './finding.ts';
import { labelFindings, leakageFindings } from './label-findings.ts';
import type { RequirementMeasures } from './measure-requirement.ts';
import { timeFindings } from './time-findings.ts';

type Requirement = DataRequirementDefinition;

const PERSONAL_SHARE = 0.5;
const WIDENING: readonly (readonly ColumnType[])[] = [
  ['byte', 'short', 'integer', 'long', 'decimal', 'double'],
  ['float', 'double'],
];
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
    ...infiniteFindings(measures),
    ...leakageFindings(requirement, measures),
    ...personalFindings(requirement, measures),
  ];
}

function columnFindings(requirement: Requirement, measures: RequirementMeasures): Finding[] {
  return requirement.columns.flatMap(({ name, type, maximumNullRate }) => {
    const found = measures.columns.find((column) => column.name === name);
    if (found === undefined)
      return [
        finding({ requirement: 'column', subject: name, measured: 'absent', needed: type, met: false }, 'BLOCKING', `The column "${name}" is not there.`),
      ];
    const fits = fitsType(found.type, type);
    const findings = [
      finding(
        { requirement: 'column', subject: name, measured: found.type, needed: type, met: fits },
        'BLOCKING',
        fits ? `The column "${name}" is there.` : `The column "${name}" is ${found.type}, but ${type} is needed.`,
      ),
    ];
    if (maximumNullRate !== undefined) {
      const rate = measures.rows === 0 ? 0 : (measures.missing[name] ?? 0) / measures.rows;
      findings.push(
        finding(
          { requirement: 'nullRate', subject: name, measured: percent(rate), needed: `≤ ${percent(maximumNullRate)}`, met: rate <= maximumNullRate },
          'DEGRADING',
          `${percent(rate)} of "${name}" is null or not a number.`,
        ),
      );
    }
    return findings;
  });
}

function rowFinding({ minimumRows }: Requirement, { rows }: RequirementMeasures): Finding {
  return finding(
    { requirement: 'minimumRows', subject: 'rows', measured: String(rows), needed: `≥ ${minimumRows}`, met: rows >= minimumRows },
    rows === 0 ? 'BLOCKING' : 'DEGRADING',
    `There are ${rows} rows.`,
  );
}

function keyFindings({ uniqueKey }: Requirement, { rows, distinctKeys }: RequirementMeasures): Finding[] {
  if (uniqueKey === undefined) return [];
  const subject = uniqueKey.join(', ');
  if (distinctKeys === null)
    return [finding({ requirement: 'uniqueKey', subject, measured: 'absent', needed: 'unique', met: false }, 'BLOCKING', `The key (${subject}) is not there.`)];
  const repeated = rows - distinctKeys;
  return [
    finding(
      { requirement: 'uniqueKey', subject, measured: `${repeated} repeated`, needed: '0 repeated', met: repeated === 0 },
      'DEGRADING',
      repeated === 0 ? `The key (${subject}) is unique.` : `${repeated} rows repeat the key (${subject}) of another.`,
    ),
  ];
}

function segmentFindings({ segments }: Requirement, measures: RequirementMeasures): Finding[] {
  return (segments ?? []).flatMap(({ column, values, minimumRows }) =>
    values.map((value) => {
      const found = measures.columns.find(({ name }) => name === column);
      const base = { requirement: 'segment', subject: `${column}=${value}`, needed: `≥ ${minimumRows}` };
      if (found === undefined) return finding({ ...base, measured: 'absent', met: false }, 'BLOCKING', `The column "${column}" of a segment is not there.`);
      const rows = measures.segments[column]?.[value] ?? null;
      if (rows === null)
        return finding({ ...base, measured: 'no value', met: false }, 'BLOCKING', `"${value}" is no value of the column "${column}", which is ${found.type}.`);
      return finding({ ...base, measured: String(rows), met: rows >= minimumRows }, 'DEGRADING', `The segment ${column}=${value} has ${rows} rows.`);
    }),
  );
}

function infiniteFindings(measures: RequirementMeasures): Finding[] {
  return Object.entries(measures.infinite)
    .filter(([, rows]) => rows > 0)
    .map(([subject, rows]) =>
      finding(
        { requirement: 'infinite', subject, measured: `${rows} rows`, needed: '0 rows', met: false },
        'HINT',
        `"${subject}" is infinite in ${rows} rows: no trainer takes that. Leave them out, or put a number in their place.`,
      ),
    );
}

function personalFindings({ columns }: Requirement, measures: RequirementMeasures): Finding[] {
  return columns.flatMap(({ name }) => {
    const share = measures.personalShare[name] ?? 0;
    if (!PERSONAL_NAME.test(name) && share <= PERSONAL_SHARE) return [];
    const measured = share > PERSONAL_SHARE ? `${percent(share)} of values` : 'name';
    return [finding({ requirement: 'personalData', subject: name, measured, needed: 'none', met: false }, 'HINT', `"${name}" looks like personal data.`)];
  });
}

function fitsType(measured: string, needed: ColumnType): boolean {
  if (measured === needed) return true;
  return WIDENING.some((order) => {
    const from = order.indexOf(measured as ColumnType);
    return from >= 0 && from < order.indexOf(needed);
  });
}

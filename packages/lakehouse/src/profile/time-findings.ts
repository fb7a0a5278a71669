import type { DataRequirementDefinition, Finding } from '@millrace/contracts';
import { finding } from './finding.ts';
import type { TimeMeasures } from './measure-time.ts';
import type { RequirementMeasures } from './measure-requirement.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How far the rows reach back, and how new they are. A date that stands far off alone is told, and stands for nothing. */
export function timeFindings(requirement: DataRequirementDefinition, { times, columns }: RequirementMeasures, now: number): Finding[] {
  const { timeColumn, historyDays, freshnessHours } = requirement;
  if (timeColumn === undefined) return [];
  const type = columns.find(({ name }) => name === timeColumn)?.type ?? 'absent';
  const base = { requirement: 'timeColumn', subject: timeColumn, needed: 'timestamp with values', met: false };
  if (times === null) return [finding({ ...base, measured: type }, 'BLOCKING', `The time column "${timeColumn}" is ${type}: a timestamp or date is needed.`)];
  const range = usualRange(times);
  if (range === undefined) return [finding({ ...base, measured: 'no value' }, 'BLOCKING', `The time column "${timeColumn}" has no value in any row.`)];
  return [
    ...(historyDays === undefined ? [] : [historyFinding(timeColumn, historyDays, range)]),
    ...(freshnessHours === undefined ? [] : [freshnessFinding(timeColumn, freshnessHours, { now, newest: newestKnown(times, range) })]),
    ...oddTimes(timeColumn, times, range),
  ];
}

interface Range {
  readonly from: number;
  readonly until: number;
}

/** The times from the oldest to the newest, without a hundredth at an end that reaches further than all others together. */
function usualRange({ oldest, newest, from, until }: TimeMeasures): Range | undefined {
  if (oldest === null || newest === null || from === null || until === null) return undefined;
  const middle = Math.max(until - from, DAY);
  return { from: from - oldest > middle ? from : oldest, until: newest - until > middle ? until : newest };
}

function newestKnown({ newestPast }: TimeMeasures, { until }: Range): number | null {
  return newestPast === null ? null : Math.min(newestPast, until);
}

function historyFinding(subject: string, needed: number, { from, until }: Range): Finding {
  const days = (until - from) / DAY;
  const judged = { requirement: 'historyDays', subject, measured: `${days.toFixed(1)} days`, needed: `≥ ${needed} days`, met: days >= needed };
  return finding(judged, 'DEGRADING', `The rows reach from ${iso(from)} to ${iso(until)}.`);
}

function freshnessFinding(subject: string, needed: number, { now, newest }: { readonly now: number; readonly newest: number | null }): Finding {
  const base = { requirement: 'freshnessHours', subject, needed: `≤ ${needed} hours` };
  if (newest === null) return finding({ ...base, measured: 'none', met: false }, 'DEGRADING', 'All rows are from after the assessment.');
  const hours = (now - newest) / HOUR;
  return finding({ ...base, measured: `${hours.toFixed(1)} hours`, met: hours <= needed }, 'DEGRADING', `The newest row is from ${iso(newest)}.`);
}

function oddTimes(subject: string, { oldest, newest, future }: TimeMeasures, { from, until }: Range): Finding[] {
  const odd = [oldest !== null && oldest < from ? iso(oldest) : undefined, newest !== null && newest > until ? iso(newest) : undefined].filter(
    (text) => text !== undefined,
  );
  const base = { subject, met: false };
  const [first, second] = [
    finding(
      { ...base, requirement: 'timeOutliers', measured: odd.join(', '), needed: `${iso(from)} to ${iso(until)}` },
      'HINT',
      `A few rows are from far off (${odd.join(' and ')}): they count neither as history nor as fresh.`,
    ),
    finding({ ...base, requirement: 'futureTimes', measured: `${future} rows`, needed: '0 rows' }, 'HINT', `${future} rows are from after the assessment.`),
  ];
  return [...(odd.length > 0 ? [first] : []), ...(future > 0 ? [second] : [])];
}

/** Years beyond 9999 have a sign. */
function iso(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? `${(milliseconds / 31_556_952_000 + 1970).toFixed(0)} AD` : date.toISOString();
}

import type { DataRequirementDefinition, Finding } from '@millrace/contracts';
import { finding, percent } from './finding.ts';
import type { Telling } from './measure-label.ts';
import type { RequirementMeasures } from './measure-requirement.ts';

/** More missing labels than this leave too little to learn from. */
const MISSING_LABELS = 0.5;
/** Fewer rows than this besides the most frequent value are not enough to learn from and to test on. */
const FEWEST_OTHERS = 20;
/** One value in more rows than this is worth a look. */
const ONE_SIDED = 0.99;
/** A column that says so much of the label is probably the label in other words. */
const [LEAKING_ORDER, LEAKING_ERRORS, LEAKING_SAME] = [0.95, 0.95, 0.95];
const POST_OUTCOME = /(^|_)(actual|outcome|result|resolution|resolved|final|label|target|post|after)(_|$)/i;

/** Whether there is a label, and whether it says anything. */
export function labelFindings({ label }: DataRequirementDefinition, measures: RequirementMeasures): Finding[] {
  if (label === undefined) return [];
  const subject = label;
  const { label: found, rows } = measures;
  if (found === null)
    return [
      finding(
        { requirement: 'label', subject, measured: 'absent', needed: 'present', met: false },
        'BLOCKING',
        `The label "${label}" is not there: nothing can be learnt from these rows.`,
      ),
    ];
  const known = rows - found.missing;
  if (rows > 0 && known === 0)
    return [
      finding(
        { requirement: 'label', subject, measured: 'no value', needed: 'values', met: false },
        'BLOCKING',
        `The label "${label}" has no value in any row: nothing can be learnt from these rows.`,
      ),
    ];
  if (found.distinct === 1)
    return [
      finding(
        { requirement: 'label', subject, measured: 'one value', needed: 'several values', met: false },
        'BLOCKING',
        `The label "${label}" is the same in all rows that have one: there is nothing to tell apart.`,
      ),
    ];
  const there = finding({ requirement: 'label', subject, measured: 'present', needed: 'present', met: true }, 'BLOCKING', `The label "${label}" is there.`);
  return [there, ...missingLabels(label, found.missing / Math.max(1, rows)), ...oneSided(label, known, found.mostFrequent)];
}

function missingLabels(label: string, share: number): Finding[] {
  if (share <= MISSING_LABELS) return [];
  const judged = { requirement: 'labelNulls', subject: label, measured: percent(share), needed: `≤ ${percent(MISSING_LABELS)}`, met: false };
  return [finding(judged, 'DEGRADING', `${percent(share)} of the rows have no label "${label}", and are not learnt from.`)];
}

function oneSided(label: string, known: number, mostFrequent: number): Finding[] {
  const others = known - mostFrequent;
  if (known === 0 || mostFrequent / known <= ONE_SIDED) return [];
  const share = percent(mostFrequent / known);
  const judged = {
    requirement: 'labelBalance',
    subject: label,
    measured: `${others} other rows`,
    needed: `≥ ${FEWEST_OTHERS} other rows`,
    met: others >= FEWEST_OTHERS,
  };
  if (!judged.met)
    return [finding(judged, 'DEGRADING', `The label "${label}" has one value in ${share} of the rows and another in only ${others}: too few to learn from.`)];
  const look = { ...judged, measured: `${share} one value`, needed: `≤ ${percent(ONE_SIDED)}`, met: false };
  return [finding(look, 'HINT', `The label "${label}" has one value in ${share} of the rows, another in ${others}.`)];
}

/** Columns that say what is only known afterwards, by what they say or by what they are called. */
export function leakageFindings({ columns, label }: DataRequirementDefinition, measures: RequirementMeasures): Finding[] {
  return columns.flatMap(({ name }) => {
    if (name === label) return [];
    const told = toldBy(measures.telling[name]);
    if (told !== undefined)
      return [
        finding(
          { requirement: 'leakage', subject: name, measured: told.measured, needed: `≤ ${LEAKING_ORDER}`, met: false },
          'HINT',
          `"${name}" ${told.how} the label "${label ?? ''}": it is probably known only afterwards.`,
        ),
      ];
    if (!POST_OUTCOME.test(name)) return [];
    const judged = { requirement: 'leakage', subject: name, measured: 'name', needed: 'known beforehand', met: false };
    return [finding(judged, 'HINT', `The name "${name}" sounds like something known only after the outcome.`)];
  });
}

function toldBy(telling: Telling | undefined): { readonly measured: string; readonly how: string } | undefined {
  if (telling === undefined) return undefined;
  const { same, order, values, absence } = telling;
  if (same !== null && same > LEAKING_SAME) return { measured: `${percent(same)} the same`, how: 'says the same as' };
  if (order !== null && order > LEAKING_ORDER) return { measured: `rank correlation ${order.toFixed(3)}`, how: 'puts the rows in almost the order of' };
  if (values !== null && values > LEAKING_ERRORS) return { measured: `lambda ${values.toFixed(3)}`, how: 'has values of which each goes with one value of' };
  if (absence !== null && absence > LEAKING_ERRORS)
    return { measured: `lambda ${absence.toFixed(3)} by absence`, how: 'has a value only together with one value of' };
  return undefined;
}

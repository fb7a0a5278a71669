// Reads the JSON line of the quickstart and fails when a field is missing or empty. Reviews may be none, if nothing was missed or is at risk.
import { readFileSync } from 'node:fs';

const FIELDS = [
  'useCase',
  'assessment',
  'datasetVersion',
  'rowsLoaded',
  'rowsQuarantined',
  'candidates',
  'modelVersion',
  'release',
  'predictions',
  'labels',
  'windows',
  'drift',
  'liveMetrics',
  'milestones',
  'reviews',
  'seconds',
];
const summary = JSON.parse(readFileSync(0, 'utf8'));
const isEmpty = (value) =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0) || value === '' || Number.isNaN(value);
const isFine = summary.milestones?.every(({ status }) => status === 'MET' || status === 'ON_TRACK');
const empty = FIELDS.filter((field) => isEmpty(summary[field]) && !(field === 'reviews' && isFine));
process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
if (empty.length > 0) {
  process.stderr.write(`The summary of the quickstart lacks: ${empty.join(', ')}\n`);
  process.exit(1);
}

/**
 * Prefixes of ids: what a row is can be read off its id.
 *
 * @example
 * ```ts
 * import { ID_PREFIXES, type IdKind } from '@millrace/contracts';
 *
 * const kindOf = (id: string): IdKind | undefined => (Object.keys(ID_PREFIXES) as IdKind[]).find((kind) => id.startsWith(`${ID_PREFIXES[kind]}_`));
 * kindOf('uc_01hf'); // 'useCase'
 * ```
 */
export const ID_PREFIXES = {
  workspace: 'ws',
  member: 'mem',
  token: 'tok',
  auditEvent: 'aud',
  idempotencyRecord: 'idem',
  useCase: 'uc',
  businessGoal: 'goal',
  metric: 'met',
  observation: 'obs',
  milestone: 'mst',
  strategyReview: 'rev',
  dataSource: 'src',
  dataset: 'ds',
  datasetVersion: 'dsv',
  dataRequirement: 'req',
  availabilityAssessment: 'asm',
  pipeline: 'pip',
  pipelineRun: 'prun',
  experiment: 'exp',
  trainingRun: 'trun',
  evaluation: 'eval',
  model: 'mdl',
  modelVersion: 'mv',
  modelAlias: 'mal',
  artifact: 'art',
  environment: 'env',
  node: 'node',
  endpoint: 'ep',
  assignedVersion: 'avr',
  environmentAssessment: 'eas',
  release: 'rel',
  releaseStep: 'rst',
  monitor: 'mon',
  monitorWindow: 'win',
  predictionSegment: 'seg',
  scoringRun: 'srun',
  labelBatch: 'lab',
  alert: 'alr',
  job: 'job',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The time and the digits of the newest id: within one millisecond the next one counts on from it. */
const newest = { now: Number.NaN, digits: new Uint8Array(16) };

/**
 * A new id: prefix, underscore, 26 characters of Crockford base 32 — 48 bits of milliseconds since the epoch (`now`), then
 * 79 random bits — so ids of one kind sort by the time they were made (the layout of ULID, in lower case). Ids that one
 * process makes within a millisecond sort in the order in which they were made.
 *
 * @example
 * ```ts
 * import { newId } from '@millrace/contracts';
 *
 * newId('useCase'); // 'uc_' and 26 characters
 * ```
 */
export function newId(kind: IdKind, now: number = Date.now()): string {
  if (now === newest.now) countOn(newest.digits);
  else Object.assign(newest, { now, digits: randomDigits() });
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET.charAt(rest % 32) + time;
  return `${ID_PREFIXES[kind]}_${time}${Array.from(newest.digits, (digit) => ALPHABET.charAt(digit)).join('')}`;
}

/** Sixteen digits of base 32, the first one below 16: counting on never runs over. */
function randomDigits(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(16)).map((byte, position) => byte & (position === 0 ? 15 : 31));
}

function countOn(digits: Uint8Array): void {
  for (let position = digits.length - 1; position >= 0; position--) {
    digits[position] = ((digits[position] ?? 0) + 1) % 32;
    if (digits[position] !== 0) return;
  }
}

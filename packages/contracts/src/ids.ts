/** Prefixes of ids: what a row is can be read off its id. */
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
  labelBatch: 'lab',
  alert: 'alr',
  job: 'job',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id: prefix, underscore, 26 characters of Crockford base 32 — 48 bits of milliseconds since the epoch, then
 * 80 random bits — so ids of one kind sort by the time they were made (the layout of ULID, in lower case).
 */
export function newId(kind: IdKind, now: number = Date.now()): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET.charAt(rest % 32) + time;
  let random = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) random += ALPHABET.charAt(byte & 31);
  return `${ID_PREFIXES[kind]}_${time}${random}`;
}

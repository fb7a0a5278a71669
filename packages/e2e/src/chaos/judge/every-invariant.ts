import { ACKNOWLEDGED_RUNS } from './acknowledged-runs.ts';
import { AUDIT } from './audit.ts';
import { DATASETS } from './datasets.ts';
import { EVENTS } from './events.ts';
import type { Invariant } from './invariant.ts';
import { JOBS } from './jobs.ts';
import { RELEASES } from './releases.ts';
import { RUNS } from './runs.ts';
import { SERVED } from './served.ts';
import { TRAINING } from './training.ts';
import { WINDOWS_AND_OBSERVATIONS } from './windows.ts';

export const EVERY_INVARIANT: readonly Invariant[] = [
  ...ACKNOWLEDGED_RUNS,
  ...JOBS,
  ...RUNS,
  ...TRAINING,
  ...RELEASES,
  ...DATASETS,
  ...EVENTS,
  ...WINDOWS_AND_OBSERVATIONS,
  ...AUDIT,
  ...SERVED,
];

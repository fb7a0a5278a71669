import { FirstSchema1795500000000 } from './migrations/1795500000000-first-schema.ts';
import { AnnounceChanges1795500100000 } from './migrations/1795500100000-announce-changes.ts';
import { IndexPublishedDeliveries1795500200000 } from './migrations/1795500200000-index-published-deliveries.ts';
import { IndexAuditedSubjects1795500300000 } from './migrations/1795500300000-index-audited-subjects.ts';
import { ServingOptions1795500400000 } from './migrations/1795500400000-serving-options.ts';
import { ScoringRuns1795500500000 } from './migrations/1795500500000-scoring-runs.ts';
import { JobsParkAndSettle1795510100000 } from './migrations/1795510100000-jobs-park-and-settle.ts';
import { RejectedLabels1795510200000 } from './migrations/1795510200000-rejected-labels.ts';
import { LabelWindows1795520100000 } from './migrations/1795520100000-label-windows.ts';
import { Retention1795520200000 } from './migrations/1795520200000-retention.ts';
import { AnswersToTheLetter1795530100000 } from './migrations/1795530100000-answers-to-the-letter.ts';
import { ReadingDefinitions1795540100000 } from './migrations/1795540100000-reading-definitions.ts';
import { CanaryEvidence1795540400000 } from './migrations/1795540400000-canary-evidence.ts';
import { AlertConditions1795540500000 } from './migrations/1795540500000-alert-conditions.ts';
import { JobsGivenBack1795550300000 } from './migrations/1795550300000-jobs-given-back.ts';
import { ForecastsWithAnInterval1795550500000 } from './migrations/1795550500000-forecasts-with-an-interval.ts';

/** Every migration, oldest first. */
export const MIGRATIONS = [
  FirstSchema1795500000000,
  AnnounceChanges1795500100000,
  IndexPublishedDeliveries1795500200000,
  IndexAuditedSubjects1795500300000,
  ServingOptions1795500400000,
  ScoringRuns1795500500000,
  JobsParkAndSettle1795510100000,
  RejectedLabels1795510200000,
  LabelWindows1795520100000,
  Retention1795520200000,
  AnswersToTheLetter1795530100000,
  ReadingDefinitions1795540100000,
  CanaryEvidence1795540400000,
  AlertConditions1795540500000,
  JobsGivenBack1795550300000,
  ForecastsWithAnInterval1795550500000,
] as const;

import {
  ALERT_STATUSES,
  AVAILABILITY_VERDICTS,
  BAD_VALUE_POLICIES,
  COMPARATORS,
  DIRECTIONS,
  HEADER_PRESENCES,
  JOB_STATUSES,
  LOG_LEVELS,
  METRIC_SOURCES,
  MILESTONE_STATUSES,
  NODE_STATUSES,
  QUEUE_NAMES,
  RELEASE_DECISIONS,
  RELEASE_STATUSES,
  REVIEW_DECISIONS,
  REVIEW_STATUSES,
  ROLES,
  SOURCE_FORMATS,
  STEP_STATUSES,
  TOKEN_KINDS,
  USE_CASE_CLOCKS,
  USE_CASE_STATUSES,
  WINDOW_STATUSES,
} from '@millrace/contracts';
import { registerEnumType } from 'type-graphql';

/** A closed set of the contracts as the object that type-graphql takes for an enum: every member is its own value. */
function enumOf<const Members extends readonly string[]>(name: string, members: Members): { readonly [Member in Members[number]]: Member } {
  const values = Object.fromEntries(members.map((member) => [member, member])) as { [Member in Members[number]]: Member };
  registerEnumType(values, { name });
  return values;
}

export const AlertStatusEnum = enumOf('AlertStatus', ALERT_STATUSES);
export const AvailabilityVerdictEnum = enumOf('AvailabilityVerdict', AVAILABILITY_VERDICTS);
export const BadValuePolicyEnum = enumOf('BadValuePolicy', BAD_VALUE_POLICIES);
export const ComparatorEnum = enumOf('Comparator', COMPARATORS);
export const DirectionEnum = enumOf('Direction', DIRECTIONS);
export const HeaderPresenceEnum = enumOf('HeaderPresence', HEADER_PRESENCES);
export const JobStatusEnum = enumOf('JobStatus', JOB_STATUSES);
export const LogLevelEnum = enumOf('LogLevel', LOG_LEVELS);
export const MetricSourceEnum = enumOf('MetricSource', METRIC_SOURCES);
export const MilestoneStatusEnum = enumOf('MilestoneStatus', MILESTONE_STATUSES);
export const NodeStatusEnum = enumOf('NodeStatus', NODE_STATUSES);
export const QueueNameEnum = enumOf('QueueName', QUEUE_NAMES);
export const ReleaseDecisionEnum = enumOf('ReleaseDecision', RELEASE_DECISIONS);
export const ReleaseStatusEnum = enumOf('ReleaseStatus', RELEASE_STATUSES);
export const ReviewDecisionEnum = enumOf('ReviewDecision', REVIEW_DECISIONS);
export const ReviewStatusEnum = enumOf('ReviewStatus', REVIEW_STATUSES);
export const RoleEnum = enumOf('Role', ROLES);
export const SourceFormatEnum = enumOf('SourceFormat', SOURCE_FORMATS);
export const StepStatusEnum = enumOf('StepStatus', STEP_STATUSES);
export const TokenKindEnum = enumOf('TokenKind', TOKEN_KINDS);
export const UseCaseClockEnum = enumOf('UseCaseClock', USE_CASE_CLOCKS);
export const UseCaseStatusEnum = enumOf('UseCaseStatus', USE_CASE_STATUSES);
export const WindowStatusEnum = enumOf('WindowStatus', WINDOW_STATUSES);

import { measureSchema, SEGMENT_SUMMARY_LIMITS, serializedErrorSchema, windowSummarySchema, type SerializedError } from '@millrace/contracts';
import type { Measurement, VersionWindowSummary } from '@millrace/db';
import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, instant, int, optional } from '../../validation/members.ts';

const segmentSchema = z
  .object({
    nodeId: id,
    sequence: int,
    endpointId: id,
    artifactDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: followed by 64 hexadecimal digits'),
    rows: int.min(1),
    minEventTime: instant,
    maxEventTime: instant,
    summaries: z.array(windowSummarySchema.extend({ modelVersionId: id })).max(SEGMENT_SUMMARY_LIMITS.windows),
  })
  .refine(({ minEventTime, maxEventTime }) => minEventTime <= maxEventTime, { path: ['maxEventTime'], message: 'must not be before minEventTime' });

@InputType()
@Checked(segmentSchema)
export class RecordPredictionSegmentInput {
  @Field(() => ID) nodeId!: string;
  @Field(() => Int) sequence!: number;
  @Field(() => ID) endpointId!: string;
  @Field(() => String) artifactDigest!: string;
  @Field(() => Int) rows!: number;
  @Field(() => DateTimeScalar) minEventTime!: Date;
  @Field(() => DateTimeScalar) maxEventTime!: Date;
  @Field(() => JsonScalar) summaries!: VersionWindowSummary[];
}

const amount = measureSchema.min(0);
const measurementSchema = z
  .object({
    environmentAssessmentId: id,
    result: optional(z.object({ p50: amount, p95: amount, p99: amount, rowsPerSecond: amount, loadMilliseconds: amount, residentBytes: amount })),
    error: optional(serializedErrorSchema),
  })
  .refine(({ result, error }) => (result === undefined) !== (error === undefined), {
    path: ['result'],
    message: 'send either the result of the measurement or the error that it failed with',
  });

@InputType()
@Checked(measurementSchema)
export class RecordMeasurementInput {
  @Field(() => ID) environmentAssessmentId!: string;
  @Field(() => JsonScalar, { nullable: true }) result!: Measurement | undefined;
  @Field(() => JsonScalar, { nullable: true }) error!: SerializedError | undefined;
}

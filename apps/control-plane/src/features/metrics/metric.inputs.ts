import { DIRECTIONS, nameSchema, METRIC_SOURCES, type Direction, type MetricSource } from '@millrace/contracts';
import { Field, Float, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { DirectionEnum, MetricSourceEnum } from '../../schema/enums.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, instant, name, number, optional, record } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ useCaseId: id, name, source: z.enum(METRIC_SOURCES), unit: nameSchema(50).or(z.literal('')), direction: z.enum(DIRECTIONS) }))
export class CreateMetricInput {
  @Field(() => ID) useCaseId!: string;
  @Field(() => String) name!: string;
  @Field(() => MetricSourceEnum) source!: MetricSource;
  @Field(() => String) unit!: string;
  @Field(() => DirectionEnum) direction!: Direction;
}

@InputType()
@Checked(
  z.object({
    metricId: id,
    observedAt: instant,
    value: number,
    segment: optional(name),
    modelVersionId: optional(id),
    detail: optional(record),
  }),
)
export class RecordObservationInput {
  @Field(() => ID) metricId!: string;
  @Field(() => DateTimeScalar) observedAt!: Date;
  @Field(() => Float) value!: number;
  @Field(() => String, { nullable: true }) segment!: string | undefined;
  @Field(() => ID, { nullable: true }) modelVersionId!: string | undefined;
  @Field(() => JsonScalar, { nullable: true }) detail!: Record<string, unknown> | undefined;
}

import { exactTextSchema, monitorDefinitionSchema, type MonitorDefinition } from '@millrace/contracts';
import { Field, Float, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, instant, optional, reference } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ endpointId: id, definition: monitorDefinitionSchema }))
export class SetMonitorInput {
  @Field(() => ID) endpointId!: string;
  @Field(() => JsonScalar, { description: 'Of the shape `monitorDefinitionSchema` of the contracts; what is left out has its default.' })
  definition!: MonitorDefinition;
}

@InputType()
@Checked(z.object({ monitorId: id, upTo: instant }))
export class CloseMonitorWindowsInput {
  @Field(() => ID) monitorId!: string;
  @Field(() => DateTimeScalar) upTo!: Date;
}

const labelSchema = z.object({
  eventId: exactTextSchema(200),
  value: z.int('must be 0 or 1').min(0, 'must be 0 or 1').max(1, 'must be 0 or 1'),
  eventTime: optional(instant),
});

@InputType()
@Checked(labelSchema)
export class LabelInput {
  @Field(() => String) eventId!: string;
  @Field(() => Float) value!: number;
  @Field(() => DateTimeScalar, { nullable: true }) eventTime!: Date | undefined;
}

@InputType()
@Checked(z.object({ endpoint: reference, labels: z.array(labelSchema).min(1).max(10_000) }))
export class RecordLabelsInput {
  @Field(() => String) endpoint!: string;
  @Field(() => [LabelInput]) labels!: LabelInput[];
}

import type { AlertStatus, WindowStatus } from '@millrace/contracts';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { AlertStatusEnum, WindowStatusEnum } from '../../schema/enums.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Monitor')
export class MonitorType {
  @Field(() => ID) id!: string;
  @Field(() => ID) endpointId!: string;
  @Field(() => JsonScalar, { description: 'Windows, drift, live metrics and the conditions that alert, with all defaults.' }) definition!: unknown;
  @Field(() => DateTimeScalar, { nullable: true }) watermark!: Date | null;
}

@ObjectType('LabelCounts', { description: 'Labels received, those that joined a prediction, and those that still wait for one.' })
export class LabelCountsType {
  @Field(() => Float) received!: number;
  @Field(() => Float) matched!: number;
  @Field(() => Float) unmatched!: number;
  @Field(() => Float, { description: 'Rows that were no labels and were set aside with their reason.' }) rejected!: number;
}

@ObjectType('MonitorWindow')
export class MonitorWindowType {
  @Field(() => ID) id!: string;
  @Field(() => ID) monitorId!: string;
  @Field(() => ID) modelVersionId!: string;
  @Field(() => DateTimeScalar) windowStart!: Date;
  @Field(() => DateTimeScalar) windowEnd!: Date;
  @Field(() => WindowStatusEnum) status!: WindowStatus;
  @Field(() => Float) rows!: number;
  @Field(() => JsonScalar, {
    nullable: true,
    description: 'Measures and p-values of each feature, and of the score, which comes last. Null where the window was not judged.',
  })
  drift!: unknown;
  @Field(() => Float, { nullable: true, description: 'Share of the features that drifted.' }) driftShare!: number | null;
  @Field(() => JsonScalar, { nullable: true }) performance!: unknown;
  @Field(() => DateTimeScalar, { nullable: true }) closedAt!: Date | null;
}

@ObjectType('Alert')
export class AlertType {
  @Field(() => ID) id!: string;
  @Field(() => ID) monitorId!: string;
  @Field(() => String, { description: '`<name of a condition>:<model version>`, or what else is wrong, such as `prediction-log:<node>`.' }) cause!: string;
  @Field(() => AlertStatusEnum) status!: AlertStatus;
  @Field(() => String) title!: string;
  @Field(() => JsonScalar) detail!: unknown;
  @Field(() => DateTimeScalar) openedAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true }) resolvedAt!: Date | null;
}

@ObjectType('LabelBatch')
export class LabelBatchType {
  @Field(() => ID) id!: string;
  @Field(() => ID) endpointId!: string;
  @Field(() => Int) rows!: number;
}

export const MonitorWindowConnection = connectionOf('MonitorWindow', MonitorWindowType);

import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Node')
export class NodeType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => ID) environmentId!: string;
  @Field(() => String) url!: string;
  @Field(() => [String]) executionProviders!: string[];
  @Field(() => JsonScalar) hardware!: unknown;
  @Field(() => String) nodeClass!: string;
  @Field(() => DateTimeScalar) lastSeenAt!: Date;
  @Field(() => Int) servedGeneration!: number;
  @Field(() => JsonScalar) versionStates!: unknown;
}

@ObjectType('NodeRegistration')
export class NodeRegistrationType {
  @Field(() => ID) nodeId!: string;
  @Field(() => String) name!: string;
  @Field(() => JsonScalar) assignment!: unknown;
}

/** `assignment` is there when the node serves an older generation than its environment has. */
@ObjectType('HeartbeatReply')
export class HeartbeatReplyType {
  @Field(() => JsonScalar, { nullable: true }) assignment!: unknown;
}

@ObjectType('PredictionSegment')
export class PredictionSegmentType {
  @Field(() => ID) id!: string;
  @Field(() => ID) nodeId!: string;
  @Field(() => Int) sequence!: number;
  @Field(() => Int) rows!: number;
}

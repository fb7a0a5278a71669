import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

/** How the prediction log of a node does, as it said with its last heartbeat. */
@ObjectType('NodePredictionLog')
export class NodePredictionLogType {
  @Field(() => Float, { description: 'Rows that were answered and are not logged, since the node started: its disk did not keep up or was full.' })
  droppedRows!: number;
  @Field(() => Float, { description: 'Rows that the node answered before it was killed and never made durable: at most so many.' })
  lostRows!: number;
  @Field(() => Float, { description: 'Rows that were answered and are not durable yet.' })
  waitingRows!: number;
  @Field(() => Int, { description: 'Closed segments that the control plane has not taken yet.' })
  unsentSegments!: number;
  @Field(() => Int, { description: 'Segments that cannot be handed over and lie aside on the node.' })
  setAsideSegments!: number;
  @Field(() => Float, { nullable: true, description: 'Bytes that are left on the disk of the log.' })
  freeBytes!: number | null;
  @Field(() => String, { nullable: true, description: 'Why rows cannot be written, or soon will not be; null: nothing is wrong.' })
  fault!: string | null;
}

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

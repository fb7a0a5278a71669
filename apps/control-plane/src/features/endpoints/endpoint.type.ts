import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('Endpoint')
export class EndpointType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => ID) environmentId!: string;
  @Field(() => ID) useCaseId!: string;
  /** The sequence of endpoints that answers in its place; null: it has traffic of its own. */
  @Field(() => JsonScalar, { nullable: true }) ensemble!: unknown;
}

/** `weight` in percent. */
@ObjectType('TrafficShare')
export class TrafficShareType {
  @Field(() => ID) modelVersionId!: string;
  @Field(() => Int) version!: number;
  @Field(() => Int) weight!: number;
}

/** A version that gets copies of `share` percent of the requests. Its answers are compared, and never sent. */
@ObjectType('Shadow')
export class ShadowType {
  @Field(() => ID) modelVersionId!: string;
  @Field(() => Int) version!: number;
  @Field(() => Int) share!: number;
}

/** A version of an endpoint that cannot answer on a node now. A canary that fails takes no traffic there: its share goes to the other versions. */
@ObjectType('VersionFailure')
export class VersionFailureType {
  @Field(() => ID) modelVersionId!: string;
  @Field(() => Int) version!: number;
  /** Whether it is the shadow of the endpoint, which answers nobody. */
  @Field(() => Boolean) isShadow!: boolean;
  @Field(() => ID) nodeId!: string;
  /** The name of the node. */
  @Field(() => String) node!: string;
  /** `FAILED`: it could not be loaded, or its sessions end again and again; it is tried again from time to time. `RESTARTING`: its session ended, and another is being opened. */
  @Field(() => String) state!: string;
  /** The code of the error; null while it restarts. */
  @Field(() => String, { nullable: true }) code!: string | null;
  @Field(() => String) reason!: string;
  @Field(() => DateTimeScalar, { nullable: true }) since!: Date | null;
  /** How often a session of it was replaced since it was loaded there. */
  @Field(() => Int) restarts!: number;
}

export const EndpointConnection = connectionOf('Endpoint', EndpointType);

import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../../schema/connection.ts';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';

@ObjectType('AuditEvent')
export class AuditEventType {
  @Field(() => ID) id!: string;
  @Field(() => String) action!: string;
  @Field(() => ID) actorTokenId!: string;
  @Field(() => ID, { nullable: true }) subjectId!: string | null;
  @Field(() => DateTimeScalar) occurredAt!: Date;
}

export const AuditEventConnection = connectionOf('AuditEvent', AuditEventType);

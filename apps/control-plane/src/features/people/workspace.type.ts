import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../schema/date-time.scalar.ts';

@ObjectType('Workspace')
export class WorkspaceType {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => DateTimeScalar) createdAt!: Date;
}

/** `secret` is that of the first token of its administrators, shown this once. */
@ObjectType('CreatedWorkspace')
export class CreatedWorkspaceType {
  @Field(() => WorkspaceType) workspace!: WorkspaceType;
  @Field(() => String) secret!: string;
}

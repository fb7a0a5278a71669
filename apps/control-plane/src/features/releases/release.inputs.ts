import { RELEASE_DECISIONS, type ReleaseDecision } from '@millrace/contracts';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { Checked } from '../../validation/checked.ts';
import { ReleaseDecisionEnum } from '../../schema/enums.ts';
import { id, prose } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ endpointId: id, modelVersionId: id }))
export class StartReleaseInput {
  @Field(() => ID) endpointId!: string;
  @Field(() => ID) modelVersionId!: string;
}

@InputType()
@Checked(z.object({ releaseId: id, decision: z.enum(RELEASE_DECISIONS), reason: prose }))
export class DecideReleaseInput {
  @Field(() => ID) releaseId!: string;
  @Field(() => ReleaseDecisionEnum) decision!: ReleaseDecision;
  @Field(() => String) reason!: string;
}

import { exactTextSchema, trainingSpecSchema, type TrainingSpec } from '@millrace/contracts';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, name, optional } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ useCaseId: id, name }))
export class CreateExperimentInput {
  @Field(() => ID) useCaseId!: string;
  @Field(() => String) name!: string;
}

@InputType()
@Checked(z.object({ experimentId: id, datasetVersionId: id, spec: trainingSpecSchema, codeReference: optional(exactTextSchema(500)) }))
export class StartTrainingRunInput {
  @Field(() => ID) experimentId!: string;
  @Field(() => ID) datasetVersionId!: string;
  @Field(() => JsonScalar) spec!: TrainingSpec;
  @Field(() => String, { nullable: true }) codeReference!: string | undefined;
}

import { dataRequirementSchema, type DataRequirementDefinition } from '@millrace/contracts';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, name, optional } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ useCaseId: id, name, definition: dataRequirementSchema }))
export class CreateDataRequirementInput {
  @Field(() => ID) useCaseId!: string;
  @Field(() => String) name!: string;
  @Field(() => JsonScalar) definition!: DataRequirementDefinition;
}

const assessSchema = z
  .object({ dataRequirementId: id, dataSourceId: optional(id), datasetVersionId: optional(id) })
  .refine(({ dataSourceId, datasetVersionId }) => (dataSourceId === undefined) !== (datasetVersionId === undefined), {
    path: ['dataSourceId'],
    message: 'name either a data source or a dataset version to measure the requirement against',
  });

@InputType()
@Checked(assessSchema)
export class AssessAvailabilityInput {
  @Field(() => ID) dataRequirementId!: string;
  @Field(() => ID, { nullable: true }) dataSourceId!: string | undefined;
  @Field(() => ID, { nullable: true }) datasetVersionId!: string | undefined;
}

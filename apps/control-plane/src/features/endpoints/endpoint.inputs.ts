import { ensembleSchema, type Ensemble } from '@millrace/contracts';
import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, orNull, reference, slug } from '../../validation/members.ts';

@InputType()
@Checked(z.object({ name: slug, environment: reference, useCaseId: id }))
export class CreateEndpointInput {
  @Field(() => String) name!: string;
  @Field(() => String) environment!: string;
  @Field(() => ID) useCaseId!: string;
}

@InputType()
@Checked(z.object({ endpoint: reference, modelVersionId: orNull(id), share: z.int().min(1).max(100) }))
export class SetShadowInput {
  @Field(() => String) endpoint!: string;
  /** Null takes the shadow away. */
  @Field(() => ID, { nullable: true }) modelVersionId!: string | null;
  /** Percent of the requests that are copied. */
  @Field(() => Int, { defaultValue: 100 }) share!: number;
}

@InputType()
@Checked(z.object({ endpoint: reference, ensemble: orNull(ensembleSchema) }))
export class DefineEnsembleInput {
  @Field(() => String) endpoint!: string;
  /** Null takes the ensemble away. */
  @Field(() => JsonScalar, { nullable: true }) ensemble!: Ensemble | null;
}

import type { AvailabilityVerdict } from '@millrace/contracts';
import { Field, ID, ObjectType } from 'type-graphql';
import { AvailabilityVerdictEnum } from '../../schema/enums.ts';
import { JsonScalar } from '../../schema/json.scalar.ts';

@ObjectType('DataRequirement')
export class DataRequirementType {
  @Field(() => ID) id!: string;
  @Field(() => ID) useCaseId!: string;
  @Field(() => String) name!: string;
  @Field(() => JsonScalar) definition!: unknown;
}

@ObjectType('Finding')
export class FindingType {
  @Field(() => String) requirement!: string;
  @Field(() => String) subject!: string;
  @Field(() => String) measured!: string;
  @Field(() => String) needed!: string;
  @Field(() => Boolean) met!: boolean;
  @Field(() => String) severity!: string;
  @Field(() => String) message!: string;
}

@ObjectType('AvailabilityAssessment')
export class AvailabilityAssessmentType {
  @Field(() => ID) id!: string;
  @Field(() => ID) dataRequirementId!: string;
  @Field(() => AvailabilityVerdictEnum, { nullable: true }) verdict!: AvailabilityVerdict | null;
}

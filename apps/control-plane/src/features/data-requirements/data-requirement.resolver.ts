import { type AvailabilityAssessment, type DataRequirement, Job } from '@millrace/db';
import { JobType } from '#features/jobs';
import { Arg, Ctx, FieldResolver, Float, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { AssessAvailabilityInput, CreateDataRequirementInput } from './data-requirement.inputs.ts';
import type { DataRequirementService } from './data-requirement.service.ts';
import { AvailabilityAssessmentType, DataRequirementType, FindingType } from './data-requirement.type.ts';

@Resolver(() => AvailabilityAssessmentType)
export class DataRequirementResolver {
  readonly #requirements: DataRequirementService;

  constructor(collaborators: { readonly requirements: DataRequirementService }) {
    this.#requirements = collaborators.requirements;
  }

  @Query(() => AvailabilityAssessmentType)
  availabilityAssessment(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<AvailabilityAssessment> {
    return this.#requirements.findAssessment(work, id);
  }

  @FieldResolver(() => JobType)
  job(@Root() assessment: AvailabilityAssessment, @Ctx() { loaders }: RequestContext): Promise<JobType> {
    return loaders.parent(Job, assessment.jobId);
  }

  @FieldResolver(() => Float, { nullable: true })
  rows(@Root() assessment: AvailabilityAssessment): number | null {
    return assessment.result?.rows ?? null;
  }

  @FieldResolver(() => [FindingType])
  findings(@Root() assessment: AvailabilityAssessment): FindingType[] {
    return assessment.result?.findings ?? [];
  }

  @Mutation(() => DataRequirementType)
  createDataRequirement(
    @Arg('input', () => CreateDataRequirementInput) input: CreateDataRequirementInput,
    @Ctx() { work }: AuthorisedContext,
  ): Promise<DataRequirement> {
    return this.#requirements.create(work, input);
  }

  @Mutation(() => AvailabilityAssessmentType)
  assessAvailability(
    @Arg('input', () => AssessAvailabilityInput) input: AssessAvailabilityInput,
    @Ctx() { work }: AuthorisedContext,
  ): Promise<AvailabilityAssessment> {
    return this.#requirements.assess(work, input);
  }
}

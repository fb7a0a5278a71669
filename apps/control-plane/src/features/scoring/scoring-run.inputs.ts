import { columnSchema, exactTextSchema, type Column } from '@millrace/contracts';
import { LeaseInput, leaseSchema } from '#features/jobs';
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, int, optional, reference, slug } from '../../validation/members.ts';

const createSchema = z.object({
  modelVersionId: id,
  datasetVersionId: id,
  outputDataset: slug,
  environment: optional(reference),
  keyColumns: z.array(exactTextSchema(255)).max(1000),
});

@InputType()
@Checked(createSchema)
export class CreateScoringRunInput {
  @Field(() => ID) modelVersionId!: string;
  @Field(() => ID) datasetVersionId!: string;
  /** The name of the dataset that the predictions go to. It is made when there is none. */
  @Field(() => String) outputDataset!: string;
  /** Only processes of this environment take it. Left out: any. */
  @Field(() => String, { nullable: true }) environment!: string | undefined;
  /** Columns that are carried over beside the predictions. */
  @Field(() => [String], { defaultValue: [] }) keyColumns!: string[];
}

const count = z.int().min(0).max(1e15);

@InputType()
@Checked(
  z.object({
    lease: leaseSchema,
    deltaVersion: int,
    rows: count,
    rejected: count,
    tableRows: count,
    tableBytes: count,
    schema: z.array(columnSchema).min(1).max(10_000),
  }),
)
export class RecordScoringOutputInput {
  @Field(() => LeaseInput) lease!: LeaseInput;
  @Field(() => Int) deltaVersion!: number;
  /** Of this run. */
  @Field(() => Float) rows!: number;
  /** Those of `rows` that were not scored. */
  @Field(() => Float, { defaultValue: 0 }) rejected!: number;
  /** Of the whole table at that version. */
  @Field(() => Float) tableRows!: number;
  @Field(() => Float) tableBytes!: number;
  @Field(() => JsonScalar) schema!: Column[];
}

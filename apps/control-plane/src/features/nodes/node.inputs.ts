import { EXECUTION_PROVIDERS, nameSchema, versionStateSchema, type ExecutionProvider, type VersionState } from '@millrace/contracts';
import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { JsonScalar } from '../../schema/json.scalar.ts';
import { Checked } from '../../validation/checked.ts';
import { id, int, name, record, reference } from '../../validation/members.ts';
import { nodeUrl } from './node-url.ts';

const registerSchema = z.object({
  name,
  environment: reference,
  url: nodeUrl,
  executionProviders: z.array(z.enum(EXECUTION_PROVIDERS)).min(1).max(20),
  hardware: record,
  nodeClass: nameSchema(100),
});

@InputType()
@Checked(registerSchema)
export class RegisterNodeInput {
  @Field(() => String) name!: string;
  @Field(() => String) environment!: string;
  @Field(() => String) url!: string;
  @Field(() => [String]) executionProviders!: ExecutionProvider[];
  @Field(() => JsonScalar) hardware!: Record<string, unknown>;
  @Field(() => String) nodeClass!: string;
}

const heartbeatSchema = z.object({
  nodeId: id,
  servedGeneration: int,
  versionStates: z.array(versionStateSchema).max(10_000),
  stats: record,
  draining: z
    .boolean()
    .nullish()
    .transform((draining) => draining ?? false),
});

@InputType()
@Checked(heartbeatSchema)
export class HeartbeatInput {
  @Field(() => ID) nodeId!: string;
  @Field(() => Int) servedGeneration!: number;
  @Field(() => JsonScalar) versionStates!: VersionState[];
  @Field(() => JsonScalar) stats!: Record<string, unknown>;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) draining!: boolean;
}

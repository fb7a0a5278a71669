import { type Environment, Node } from '@millrace/db';
import { NodeType } from '#features/nodes';
import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { CreateEnvironmentInput } from './environment.inputs.ts';
import type { EnvironmentService } from './environment.service.ts';
import { EnvironmentConnection, EnvironmentType } from './environment.type.ts';

@Resolver(() => EnvironmentType)
export class EnvironmentResolver {
  readonly #environments: EnvironmentService;

  constructor(collaborators: { readonly environments: EnvironmentService }) {
    this.#environments = collaborators.environments;
  }

  @Query(() => EnvironmentType)
  environment(@Arg('name', () => String) name: string, @Ctx() { work }: AuthorisedContext): Promise<Environment> {
    return this.#environments.find(work, name);
  }

  @Query(() => EnvironmentConnection)
  async environments(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<EnvironmentType>> {
    return toConnection(await this.#environments.list(work, pageRequest(first, after)));
  }

  @FieldResolver(() => [NodeType])
  nodes(@Root() environment: Environment, @Ctx() { loaders }: RequestContext): Promise<NodeType[]> {
    return loaders.children(Node, 'environmentId', environment.id);
  }

  @Mutation(() => EnvironmentType)
  createEnvironment(@Arg('input', () => CreateEnvironmentInput) input: CreateEnvironmentInput, @Ctx() { work }: AuthorisedContext): Promise<Environment> {
    return this.#environments.create(work, input);
  }
}

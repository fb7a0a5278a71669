import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { AuthorisedContext } from '../../context/request-context.ts';
import { CreateWorkspaceInput } from './workspace.inputs.ts';
import type { WorkspaceService } from './workspace.service.ts';
import { CreatedWorkspaceType, WorkspaceType } from './workspace.type.ts';

@Resolver(() => WorkspaceType)
export class WorkspaceResolver {
  readonly #workspaces: WorkspaceService;

  constructor(collaborators: { readonly workspaces: WorkspaceService }) {
    this.#workspaces = collaborators.workspaces;
  }

  @Mutation(() => CreatedWorkspaceType)
  createWorkspace(@Arg('input', () => CreateWorkspaceInput) input: CreateWorkspaceInput, @Ctx() { work }: AuthorisedContext): Promise<CreatedWorkspaceType> {
    return this.#workspaces.create(work, input);
  }
}

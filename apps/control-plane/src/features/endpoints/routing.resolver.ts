import type { Endpoint } from '@millrace/db';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { AuthorisedContext } from '../../context/request-context.ts';
import { DefineEnsembleInput, SetShadowInput } from './endpoint.inputs.ts';
import { EndpointType } from './endpoint.type.ts';
import type { RoutingService } from './routing.service.ts';

@Resolver(() => EndpointType)
export class RoutingResolver {
  readonly #routing: RoutingService;

  constructor(collaborators: { readonly routing: RoutingService }) {
    this.#routing = collaborators.routing;
  }

  @Mutation(() => EndpointType)
  setShadow(@Arg('input', () => SetShadowInput) input: SetShadowInput, @Ctx() { work }: AuthorisedContext): Promise<Endpoint> {
    return this.#routing.setShadow(work, input);
  }

  @Mutation(() => EndpointType)
  defineEnsemble(@Arg('input', () => DefineEnsembleInput) input: DefineEnsembleInput, @Ctx() { work }: AuthorisedContext): Promise<Endpoint> {
    return this.#routing.defineEnsemble(work, input);
  }
}

import { type Endpoint, ModelVersion, Monitor, Node } from '@millrace/db';
import { MonitorType } from '#features/monitors';
import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { addressesOf } from './endpoint-addresses.ts';
import { CreateEndpointInput } from './endpoint.inputs.ts';
import type { EndpointService } from './endpoint.service.ts';
import { EndpointConnection, EndpointType, ShadowType, TrafficShareType, VersionFailureType } from './endpoint.type.ts';
import { failuresOf } from './version-failures.ts';

@Resolver(() => EndpointType)
export class EndpointResolver {
  readonly #endpoints: EndpointService;

  constructor(collaborators: { readonly endpoints: EndpointService }) {
    this.#endpoints = collaborators.endpoints;
  }

  @Query(() => EndpointType)
  endpoint(@Arg('name', () => String) name: string, @Ctx() { work }: AuthorisedContext): Promise<Endpoint> {
    return this.#endpoints.find(work, name);
  }

  @Query(() => EndpointConnection)
  async endpoints(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<EndpointType>> {
    return toConnection(await this.#endpoints.list(work, pageRequest(first, after)));
  }

  /** Where the endpoint answers by the Open Inference Protocol: one address per node that is ready. All that a token with the scope `predict` alone may ask. */
  @Query(() => [String])
  endpointUrls(@Arg('name', () => String) name: string, @Ctx() { work }: AuthorisedContext): Promise<string[]> {
    return this.#endpoints.urls(work, name);
  }

  /** Where the endpoint answers by the Open Inference Protocol: one address per node that is ready. */
  @FieldResolver(() => [String])
  async urls(@Root() endpoint: Endpoint, @Ctx() { loaders }: RequestContext): Promise<string[]> {
    return addressesOf(endpoint, await loaders.children(Node, 'environmentId', endpoint.environmentId));
  }

  @FieldResolver(() => [TrafficShareType])
  traffic(@Root() endpoint: Endpoint, @Ctx() { loaders }: RequestContext): Promise<TrafficShareType[]> {
    return Promise.all(endpoint.traffic.map(async (share) => ({ ...share, version: (await loaders.parent(ModelVersion, share.modelVersionId)).version })));
  }

  @FieldResolver(() => ShadowType, { nullable: true })
  async shadow(@Root() { shadow }: Endpoint, @Ctx() { loaders }: RequestContext): Promise<ShadowType | null> {
    return shadow === null ? null : { ...shadow, version: (await loaders.parent(ModelVersion, shadow.modelVersionId)).version };
  }

  /** The versions of this endpoint, its shadow included, that cannot answer on a node of its environment, as the nodes say with every heartbeat. */
  @FieldResolver(() => [VersionFailureType])
  async failures(@Root() endpoint: Endpoint, @Ctx() { loaders }: RequestContext): Promise<VersionFailureType[]> {
    const failures = failuresOf(endpoint, await loaders.children(Node, 'environmentId', endpoint.environmentId));
    return Promise.all(failures.map(async (failure) => ({ ...failure, version: (await loaders.parent(ModelVersion, failure.modelVersionId)).version })));
  }

  @FieldResolver(() => MonitorType, { nullable: true })
  async monitor(@Root() endpoint: Endpoint, @Ctx() { loaders }: RequestContext): Promise<MonitorType | undefined> {
    return (await loaders.children(Monitor, 'endpointId', endpoint.id))[0];
  }

  @Mutation(() => EndpointType)
  createEndpoint(@Arg('input', () => CreateEndpointInput) input: CreateEndpointInput, @Ctx() { work }: AuthorisedContext): Promise<Endpoint> {
    return this.#endpoints.create(work, input);
  }
}

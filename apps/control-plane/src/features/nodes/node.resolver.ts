import type { Node } from '@millrace/db';
import { predictionLogStatusSchema, type NodeStatus } from '@millrace/contracts';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext } from '../../context/request-context.ts';
import { NodeStatusEnum } from '../../schema/enums.ts';
import { HeartbeatInput, RegisterNodeInput } from './node.inputs.ts';
import type { NodeService } from './node.service.ts';
import { HeartbeatReplyType, NodePredictionLogType, NodeRegistrationType, NodeType } from './node.type.ts';
import { statusOf } from './node-status.ts';

@Resolver(() => NodeType)
export class NodeResolver {
  readonly #nodes: NodeService;

  constructor(collaborators: { readonly nodes: NodeService }) {
    this.#nodes = collaborators.nodes;
  }

  @FieldResolver(() => NodeStatusEnum)
  status(@Root() node: Node): NodeStatus {
    return statusOf(node, new Date());
  }

  @FieldResolver(() => NodePredictionLogType, { nullable: true, description: 'Null where the node has not said how its prediction log does.' })
  predictionLog(@Root() { stats }: Node): NodePredictionLogType | null {
    return predictionLogStatusSchema.safeParse(stats['predictionLog']).data ?? null;
  }

  @Mutation(() => NodeRegistrationType)
  registerNode(@Arg('input', () => RegisterNodeInput) input: RegisterNodeInput, @Ctx() { work }: AuthorisedContext): Promise<NodeRegistrationType> {
    return this.#nodes.register(work, input);
  }

  @Mutation(() => HeartbeatReplyType)
  heartbeat(@Arg('input', () => HeartbeatInput) input: HeartbeatInput, @Ctx() { work }: AuthorisedContext): Promise<HeartbeatReplyType> {
    return this.#nodes.heartbeat(work, input);
  }
}

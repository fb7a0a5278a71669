import { Endpoint, type Token } from '@millrace/db';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AuthorisedContext, RequestContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { CreateTokenInput } from './token.inputs.ts';
import type { TokenService } from './token.service.ts';
import { CreatedTokenType, TokenConnection, TokenType, ViewerType } from './token.type.ts';

@Resolver(() => TokenType)
export class TokenResolver {
  readonly #tokens: TokenService;

  constructor(collaborators: { readonly tokens: TokenService }) {
    this.#tokens = collaborators.tokens;
  }

  @Query(() => ViewerType)
  viewer(@Ctx() { work }: AuthorisedContext): Promise<ViewerType> {
    return this.#tokens.viewer(work);
  }

  @Query(() => TokenConnection)
  async tokens(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<TokenType>> {
    return toConnection(await this.#tokens.list(work, pageRequest(first, after)));
  }

  /** The names of the endpoints that it may predict on; null: all. */
  @FieldResolver(() => [String], { nullable: true })
  async endpoints(@Root() { endpointIds }: Token, @Ctx() { loaders }: RequestContext): Promise<string[] | null> {
    return endpointIds === null ? null : Promise.all(endpointIds.map(async (id) => (await loaders.parent(Endpoint, id)).name));
  }

  @Mutation(() => CreatedTokenType)
  createToken(@Arg('input', () => CreateTokenInput) input: CreateTokenInput, @Ctx() { work }: AuthorisedContext): Promise<CreatedTokenType> {
    return this.#tokens.create(work, input);
  }

  @Mutation(() => TokenType)
  revokeToken(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Token> {
    return this.#tokens.revoke(work, id);
  }

  /** Takes a token off the node that it is bound to, so that another token may have that node, and this one another. */
  @Mutation(() => TokenType)
  unbindToken(@Arg('id', () => ID) id: string, @Ctx() { work }: AuthorisedContext): Promise<Token> {
    return this.#tokens.unbind(work, id);
  }
}

import type { Member } from '@millrace/db';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { AuthorisedContext } from '../../context/request-context.ts';
import { pageRequest } from '../../loading/page.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import { After, First } from '../../schema/page-arguments.ts';
import { CreateMemberInput, SetMemberRolesInput } from './member.inputs.ts';
import type { MemberService } from './member.service.ts';
import { MemberConnection, MemberType } from './member.type.ts';

@Resolver(() => MemberType)
export class MemberResolver {
  readonly #members: MemberService;

  constructor(collaborators: { readonly members: MemberService }) {
    this.#members = collaborators.members;
  }

  @Query(() => MemberConnection)
  async members(@First() first: number, @After() after: string | undefined, @Ctx() { work }: AuthorisedContext): Promise<Connection<MemberType>> {
    return toConnection(await this.#members.list(work, pageRequest(first, after)));
  }

  @Mutation(() => MemberType)
  createMember(@Arg('input', () => CreateMemberInput) input: CreateMemberInput, @Ctx() { work }: AuthorisedContext): Promise<Member> {
    return this.#members.create(work, input);
  }

  @Mutation(() => MemberType)
  setMemberRoles(@Arg('input', () => SetMemberRolesInput) input: SetMemberRolesInput, @Ctx() { work }: AuthorisedContext): Promise<Member> {
    return this.#members.setRoles(work, input);
  }
}

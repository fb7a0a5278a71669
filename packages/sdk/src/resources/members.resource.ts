import { pagesOf, send, type Client } from '../client.ts';
import { createMember, listMembers, setMemberRoles, type CreateMemberInput, type SetMemberRolesInput } from '../generated/operations.ts';
import type { Member } from '../nouns/people.ts';
import type { CallOptions } from '../options.ts';
import type { PageRequest, Pages } from '../transport/pages.ts';

/**
 * People in the workspace. Their roles say what their tokens may do.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const { id: memberId } = await millrace.members.create({ email: 'ada@example.net', name: 'Ada', roles: ['MLOPS'] });
 * const { secret } = await millrace.tokens.create({ name: 'laptop', kind: 'MEMBER', memberId, scopes: ['read', 'ops:write'] });
 * ```
 */
export class MembersResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  list(request?: PageRequest): Pages<Member> {
    return pagesOf(this.#client, listMembers, {}, ({ members }) => members, request);
  }

  async create(input: CreateMemberInput, options?: CallOptions): Promise<Member> {
    return (await send(this.#client, createMember, input, options)).createMember;
  }

  /** Tokens of the member lose what the roles do not allow any more. */
  async setRoles(input: SetMemberRolesInput, options?: CallOptions): Promise<Member> {
    return (await send(this.#client, setMemberRoles, input, options)).setMemberRoles;
  }
}

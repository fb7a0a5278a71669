import { send, type Client } from '../client.ts';
import { createWorkspace, type CreateWorkspaceInput } from '../generated/operations.ts';
import type { CreatedWorkspace } from '../nouns/people.ts';
import type { CallOptions } from '../options.ts';

/**
 * Workspaces, which hold everything else. Administrators of the first one, `default`, make the others.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const url = 'http://127.0.0.1:4000';
 * const { secret } = await new Millrace({ url, token: 'mlr_…' }).workspaces.create({ name: 'team-a' });
 * const teamA = new Millrace({ url, token: secret });
 * ```
 */
export class WorkspacesResource {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `secret` is that of the first token of its administrators, shown this once. */
  async create(input: CreateWorkspaceInput, options?: CallOptions): Promise<CreatedWorkspace> {
    return (await send(this.#client, createWorkspace, input, options)).createWorkspace;
  }
}

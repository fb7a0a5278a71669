import { MillraceError } from '@millrace/contracts';
import { bumpGeneration, Endpoint, Environment, insertRow, Node } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { activeUseCase } from '../../lifecycle/active-use-case.ts';
import type { Page, PageRequest } from '../../loading/page.ts';
import { findRow, readPage, refuseTaken, showRow } from '../../loading/scoped-rows.ts';
import { addressesOf } from './endpoint-addresses.ts';
import type { CreateEndpointInput } from './endpoint.inputs.ts';

/** Names that clients call. Their traffic is moved by releases only. */
export class EndpointService {
  find(work: Work, name: string): Promise<Endpoint> {
    return showRow(work, Endpoint, 'endpoint', { name });
  }

  list(work: Work, request: PageRequest): Promise<Page<Endpoint>> {
    return readPage(work, Endpoint, request);
  }

  /** A token that may predict on some endpoints learns nothing of others. */
  async urls(work: Work, name: string): Promise<string[]> {
    const { manager, caller, workspaceId } = work;
    const endpoint = await this.find(work, name);
    if (caller.endpointIds !== null && !caller.endpointIds.includes(endpoint.id)) {
      throw new MillraceError('FORBIDDEN', `The token does not allow the endpoint "${name}".`, { fields: { endpoint: name } });
    }
    return addressesOf(endpoint, await manager.find(Node, { where: { workspaceId, environmentId: endpoint.environmentId }, order: { id: 'ASC' } }));
  }

  /** The nodes of the environment learn of it with their next heartbeat. */
  async create(work: Work, input: CreateEndpointInput): Promise<Endpoint> {
    const environment = await findRow(work, Environment, 'environment', { name: input.environment });
    const useCase = await activeUseCase(work, input.useCaseId);
    await refuseTaken(work, Endpoint, 'endpoint', { name: input.name });
    const endpoint = await insertRow(work.manager, Endpoint, {
      workspaceId: work.workspaceId,
      name: input.name,
      environmentId: environment.id,
      useCaseId: useCase.id,
    });
    await bumpGeneration(work.manager, environment.id);
    return endpoint;
  }
}

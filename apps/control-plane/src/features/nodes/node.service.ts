import { MillraceError, type NodeAssignment } from '@millrace/contracts';
import { assignmentOf, Environment, insertRow, Node } from '@millrace/db';
import type { Work } from '../../context/work.ts';
import { findRow } from '../../loading/scoped-rows.ts';
import { bindToken, claimNode } from './claim-node.ts';
import type { HeartbeatInput, RegisterNodeInput } from './node.inputs.ts';
import { isLoopback } from './node-url.ts';
import { ownNode } from './own-node.ts';
import type { NodeRegistrationType } from './node.type.ts';

/** Inference workers: they register, and then say every few seconds what they serve. */
export class NodeService {
  readonly #loopbackNodes: boolean;

  /** `loopbackNodes` is for a control plane whose callers are all on its own machine. */
  constructor(settings: { readonly loopbackNodes: boolean }) {
    this.#loopbackNodes = settings.loopbackNodes;
  }

  /** A node that comes back under its name keeps its id; what it served before is forgotten. */
  async register(work: Work, { environment: environmentName, ...described }: RegisterNodeInput): Promise<NodeRegistrationType> {
    const { manager, workspaceId } = work;
    this.#requireReachable(described.url);
    const environment = await findRow(work, Environment, 'environment', { name: environmentName });
    const known = await claimNode(work, described.name);
    if (known !== null && known.environmentId !== environment.id) {
      throw new MillraceError('CONFLICT', `A node named "${described.name}" is registered in another environment. Choose another name.`, {
        fields: { path: 'input.name', nodeId: known.id },
      });
    }
    const fresh: Partial<Node> = {
      ...described,
      environmentId: environment.id,
      status: 'READY',
      lastSeenAt: new Date(),
      servedGeneration: 0,
      versionStates: [],
      stats: {},
    };
    const node = known === null ? await insertRow(manager, Node, { ...fresh, workspaceId }) : await manager.save(Object.assign(known, fresh));
    await bindToken(work, node);
    return { nodeId: node.id, name: node.name, assignment: await assignmentOf(manager, node.id) };
  }

  async heartbeat(work: Work, { nodeId, servedGeneration, versionStates, stats, draining }: HeartbeatInput): Promise<{ assignment: NodeAssignment | null }> {
    const { manager } = work;
    const node = await ownNode(work, nodeId);
    const said: Partial<Node> = { servedGeneration, versionStates, stats, status: draining ? 'DRAINING' : 'READY', lastSeenAt: new Date() };
    await manager.save(Object.assign(node, said));
    const environment = await findRow(work, Environment, 'environment', { id: node.environmentId });
    return { assignment: environment.generation === servedGeneration ? null : await assignmentOf(manager, node.id) };
  }

  #requireReachable(url: string): void {
    if (this.#loopbackNodes || !isLoopback(url)) return;
    throw new MillraceError(
      'BAD_INPUT',
      `input.url: ${url} means the machine of whoever calls it, and callers of this control plane are on others. Set PUBLIC_URL of the node.`,
      { fields: { path: 'input.url' } },
    );
  }
}

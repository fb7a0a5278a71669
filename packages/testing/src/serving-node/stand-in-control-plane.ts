import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AssignedVersion, NodeAssignment } from '@millrace/contracts';

type Endpoint = NodeAssignment['endpoints'][number];

/** What a node last said about itself. */
export interface NodeReport {
  readonly servedGeneration: number;
  readonly versionStates: readonly { readonly modelVersionId: string; readonly state: string; readonly error?: { readonly message: string } }[];
  readonly stats: unknown;
}

/**
 * Stands where the control plane is, for suites that are about a serving node alone: answers the calls of nodes over HTTP, keeps the
 * assignment and the models in memory, takes segments of the prediction log and drops them. A node cannot tell the difference, so it
 * runs exactly as in production.
 */
export class StandInControlPlane {
  readonly url: string;
  /** The last report of the node. */
  report: NodeReport | undefined;
  /** Rows of the prediction log that were handed over. */
  loggedRows = 0;
  private current: NodeAssignment = { generation: 0, versions: [], endpoints: [], measurements: [], access: [] };
  private uploads = 0;
  private readonly artifacts = new Map<string, Uint8Array>();
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  static async start(): Promise<StandInControlPlane> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StandInControlPlane(server);
  }

  get assignment(): NodeAssignment {
    return this.current;
  }

  /** Keeps a model's bytes where nodes fetch them. Returns the digest. */
  store(bytes: Uint8Array): string {
    const digest = digestOf(bytes);
    this.artifacts.set(digest, bytes);
    return digest;
  }

  /** Changes what is assigned; the node learns of it with its next heartbeat. */
  assign(change: Partial<Pick<NodeAssignment, 'versions' | 'endpoints' | 'access'>>): void {
    this.current = { ...this.current, ...change, generation: this.current.generation + 1 };
  }

  /** Gives each version an endpoint of its model's name with all of its traffic, in place of everything that was assigned. */
  serve(versions: readonly AssignedVersion[]): void {
    this.assign({ versions: [...versions], endpoints: versions.map(({ model, modelVersionId }) => endpointOf(model, modelVersionId)) });
  }

  /** Lets callers with this token predict everywhere. */
  allow(token: string): void {
    this.assign({ access: [{ tokenHash: createHash('sha256').update(token).digest('hex'), endpoints: null, expiresAt: null }] });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path === '/graphql') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { operationName, variables } = JSON.parse(Buffer.concat(chunks).toString()) as { operationName: string; variables: { input: unknown } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.resolve(operationName, variables.input)));
    } else if (request.method === 'PUT') {
      // What is sent here is dropped, so it is only counted: nothing should take processor time from the node that a suite measures.
      let bytes = 0;
      for await (const chunk of request) bytes += (chunk as Buffer).length;
      this.uploads += 1;
      const digest = `sha256:${String(this.uploads).padStart(64, '0')}`;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ digest, bytes }));
    } else {
      const content = this.artifacts.get(decodeURIComponent(path.slice('/artifacts/'.length)));
      response.writeHead(content === undefined ? 404 : 200).end(content);
    }
  }

  private resolve(operation: string, input: unknown): object {
    switch (operation) {
      case 'registerNode':
        return { data: { registerNode: { nodeId: 'node_1', name: 'node-1', assignment: this.current } } };
      case 'heartbeat': {
        this.report = input as NodeReport;
        return { data: { heartbeat: { assignment: this.report.servedGeneration === this.current.generation ? null : this.current } } };
      }
      case 'recordPredictionSegment': {
        const { sequence, rows } = input as { readonly sequence: number; readonly rows: number };
        this.loggedRows += rows;
        const job = { id: 'job_1', status: 'SUCCEEDED' };
        return { data: { recordPredictionSegment: { id: `pseg_${sequence}`, nodeId: 'node_1', sequence, rows, job } } };
      }
      case 'recordMeasurement':
        return { data: { recordMeasurement: true } };
      default:
        return { errors: [{ message: `the stand-in of the control plane does not answer "${operation}"`, extensions: { code: 'NOT_FOUND' } }] };
    }
  }
}

/** An endpoint with all of its traffic on one version. */
export function endpointOf(name: string, modelVersionId: string): Endpoint {
  return {
    endpointId: `ep_${name}`,
    name,
    traffic: [{ modelVersionId, weight: 100 }],
    monitor: { windowSeconds: 86_400 },
    shadow: null,
    ensemble: null,
  };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

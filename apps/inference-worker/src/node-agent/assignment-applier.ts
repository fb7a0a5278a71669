import { MillraceError, type AssignedVersion, type NodeAssignment } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { FilesystemStore } from '@millrace/storage';
import type { InferenceEngine } from '../engine/inference-engine.ts';
import type { EndpointRoute, RouteTable } from '../serving/route-table.ts';
import type { ControlPlaneClient, VersionState } from './control-plane-client.ts';

interface AssignmentApplierOptions {
  readonly engine: InferenceEngine;
  readonly routes: RouteTable;
  /** Artifacts that this node has downloaded. */
  readonly artifacts: FilesystemStore;
  readonly client: Pick<ControlPlaneClient, 'downloadArtifact'>;
  readonly logger: Logger;
}

/**
 * Makes the node serve what it was assigned, without a failed request: new versions are loaded beside the old ones, then
 * the routes are replaced at once, then the versions that nobody needs any more drain and go.
 */
export class AssignmentApplier {
  private readonly options: AssignmentApplierOptions;
  private readonly failures = new Map<string, MillraceError>();
  private assignment: NodeAssignment | undefined;
  private generation = 0;

  constructor(options: AssignmentApplierOptions) {
    this.options = options;
  }

  /** The newest generation of which every version is loaded and every route in place. */
  get servedGeneration(): number {
    return this.generation;
  }

  /** Whether something is assigned and all of it is served. */
  get isComplete(): boolean {
    return this.assignment !== undefined && this.assignment.endpoints.length > 0 && this.generation === this.assignment.generation;
  }

  /** Whether applying the same assignment again may bring it further: a download failed for a passing reason. */
  get isWorthRetrying(): boolean {
    return [...this.failures.values()].some(({ retryable }) => retryable);
  }

  states(): readonly VersionState[] {
    return (this.assignment?.versions ?? []).flatMap(({ modelVersionId }): VersionState[] => {
      const error = this.failures.get(modelVersionId);
      if (error !== undefined) return [{ modelVersionId, state: 'FAILED', error: error.toJSON() }];
      return this.options.engine.find(modelVersionId) === undefined ? [] : [{ modelVersionId, state: 'LOADED' }];
    });
  }

  async apply(assignment: NodeAssignment): Promise<void> {
    const { engine, routes, logger } = this.options;
    this.assignment = assignment;
    const assigned = new Set(assignment.versions.map(({ modelVersionId }) => modelVersionId));
    for (const id of this.failures.keys()) if (!assigned.has(id)) this.failures.delete(id);
    for (const version of assignment.versions) await this.ensureLoaded(version);

    routes.replace(assignment.endpoints.map((endpoint) => this.routeFor(endpoint)));
    const needed = new Set(routes.all().flatMap(({ traffic }) => traffic.map(({ modelVersionId }) => modelVersionId)));
    for (const {
      assigned: { modelVersionId },
    } of engine.loaded()) {
      if (assigned.has(modelVersionId) || needed.has(modelVersionId)) continue;
      void engine.unload(modelVersionId).catch((error: unknown) => logger.error('version could not be released', { modelVersionId, error: String(error) }));
    }
    if (this.failures.size === 0) this.generation = assignment.generation;
    logger.info('assignment applied', {
      generation: assignment.generation,
      versions: assignment.versions.length,
      failed: this.failures.size,
      endpoints: assignment.endpoints.length,
    });
  }

  private async ensureLoaded(version: AssignedVersion): Promise<void> {
    const { engine, logger } = this.options;
    const failure = this.failures.get(version.modelVersionId);
    if (engine.find(version.modelVersionId) !== undefined || failure?.retryable === false) return;
    try {
      await this.load(version);
      this.failures.delete(version.modelVersionId);
    } catch (thrown) {
      const error = MillraceError.wrap(thrown);
      this.failures.set(version.modelVersionId, error);
      logger.warn('version could not be loaded', { modelVersionId: version.modelVersionId, code: error.code, error: error.message });
    }
  }

  private async load(version: AssignedVersion): Promise<void> {
    const { artifacts, engine } = this.options;
    const path = artifacts.path(version.artifactDigest);
    const hadCopy = await artifacts.has(version.artifactDigest);
    if (!hadCopy) await this.download(version);
    try {
      await engine.load(version, path);
    } catch (error) {
      // A copy that was damaged on this disk is replaced once; one that arrives damaged is refused.
      if (!hadCopy || MillraceError.wrap(error).code !== 'ARTIFACT_CORRUPT') throw error;
      await this.download(version);
      await engine.load(version, path);
    }
  }

  private async download({ artifactDigest }: AssignedVersion): Promise<void> {
    const { digest } = await this.options.artifacts.put(await this.options.client.downloadArtifact(artifactDigest));
    if (digest !== artifactDigest) {
      throw new MillraceError('ARTIFACT_CORRUPT', `artifact ${artifactDigest} was changed or damaged: what the control plane sent has the digest ${digest}`, {
        fields: { digest: artifactDigest, measured: digest },
      });
    }
  }

  /** The new route when all its versions are loaded; else the route as it is, so that a version that fails takes no traffic. */
  private routeFor(endpoint: EndpointRoute): EndpointRoute {
    const { engine, routes } = this.options;
    const isServed = endpoint.traffic.every(({ modelVersionId, weight }) => weight === 0 || engine.find(modelVersionId) !== undefined);
    return isServed ? endpoint : { ...endpoint, traffic: routes.find(endpoint.name)?.traffic ?? endpoint.traffic };
  }
}

import { isDeepStrictEqual } from 'node:util';
import { MillraceError, type AssignedVersion, type NodeAssignment } from '@millrace/contracts';
import type { Logger } from '@millrace/service-kit';
import type { FilesystemStore } from '@millrace/storage';
import type { InferenceEngine } from '../engine/inference-engine.ts';
import type { EndpointRoute, RouteTable } from '../serving/route-table.ts';
import type { ShadowComparer } from '../serving/shadow-comparer.ts';
import type { ControlPlaneClient, VersionState } from './control-plane-client.ts';
import { downloadArtifact } from './local-artifact.ts';

interface AssignmentApplierOptions {
  readonly engine: InferenceEngine;
  readonly routes: RouteTable;
  /** Artifacts that this node has downloaded. */
  readonly artifacts: FilesystemStore;
  readonly shadows: Pick<ShadowComparer, 'keep'>;
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
  private readonly tried = new Map<string, AssignedVersion>();
  private assignment: NodeAssignment | undefined;
  private optional: ReadonlySet<string> = new Set();
  private generation = 0;

  constructor(options: AssignmentApplierOptions) {
    this.options = options;
  }

  /** The newest generation of which every version is loaded and every route in place. */
  get servedGeneration(): number {
    return this.generation;
  }

  /**
   * Whether some version that gets traffic can answer, and every required one. An evicted version can, by a load; what is being
   * loaded for the next assignment changes nothing.
   */
  get isReady(): boolean {
    const { engine, routes } = this.options;
    const live = routes.all().flatMap(({ traffic }) => traffic.filter(({ weight }) => weight > 0).map(({ modelVersionId }) => modelVersionId));
    const silent = live.filter((id) => engine.find(id)?.canAnswer !== true);
    return silent.length < live.length && silent.every((id) => this.optional.has(id));
  }

  /** Whether applying the same assignment again may bring it further: a load failed for a passing reason, or sessions died. */
  get isWorthRetrying(): boolean {
    return [...this.failures.values()].some(({ retryable }) => retryable) || this.options.engine.held().some(({ canAnswer }) => !canAnswer);
  }

  states(): readonly VersionState[] {
    return (this.assignment?.versions ?? []).flatMap(({ modelVersionId }): VersionState[] => {
      const error = this.failures.get(modelVersionId) ?? this.options.engine.find(modelVersionId)?.reloadFailure;
      if (error !== undefined) return [{ modelVersionId, state: 'FAILED', error: error.toJSON() }];
      return this.options.engine.find(modelVersionId) === undefined ? [] : [{ modelVersionId, state: 'LOADED' }];
    });
  }

  async apply(assignment: NodeAssignment): Promise<void> {
    const { engine, routes, shadows, logger } = this.options;
    this.assignment = assignment;
    const assigned = new Set(assignment.versions.map(({ modelVersionId }) => modelVersionId));
    for (const id of this.tried.keys()) if (!assigned.has(id)) this.forget(id);
    for (const version of assignment.versions) await this.ensureLoaded(version);

    this.optional = new Set(assignment.versions.filter(({ serving }) => !serving.required).map(({ modelVersionId }) => modelVersionId));
    routes.replace(assignment.endpoints.map((endpoint) => this.routeFor(endpoint)));
    shadows.keep(assignment.endpoints);
    const needed = new Set(routes.all().flatMap(({ traffic }) => traffic.map(({ modelVersionId }) => modelVersionId)));
    for (const {
      assigned: { modelVersionId },
    } of engine.held()) {
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
    const { logger } = this.options;
    const failure = this.failures.get(version.modelVersionId);
    if (failure?.retryable === false && !this.hasChanged(version)) return;
    try {
      await this.load(version);
      this.failures.delete(version.modelVersionId);
    } catch (thrown) {
      const error = MillraceError.wrap(thrown);
      this.failures.set(version.modelVersionId, error);
      logger.warn('version could not be loaded', { modelVersionId: version.modelVersionId, code: error.code, error: error.message });
    }
    this.tried.set(version.modelVersionId, version);
  }

  private forget(modelVersionId: string): void {
    this.failures.delete(modelVersionId);
    this.tried.delete(modelVersionId);
  }

  /** Other serving options may let a version load that was refused. */
  private hasChanged(version: AssignedVersion): boolean {
    return !isDeepStrictEqual(this.tried.get(version.modelVersionId), version);
  }

  /** A copy that was damaged or lost on this disk is replaced once; one that arrives damaged is refused. */
  private async load(version: AssignedVersion): Promise<void> {
    const { artifacts, client, engine } = this.options;
    const refetch = (): Promise<void> => downloadArtifact({ artifacts, client }, version.artifactDigest);
    const held = engine.find(version.modelVersionId);
    const needsArtifact = held === undefined || held.needsOtherSession(version);
    if (needsArtifact && !(await artifacts.has(version.artifactDigest))) await refetch();
    await engine.load(version, artifacts.path(version.artifactDigest), refetch);
  }

  /** The new route when all its versions are loaded; else the route as it is, so that a version that fails takes no traffic. */
  private routeFor(endpoint: EndpointRoute): EndpointRoute {
    const { engine, routes } = this.options;
    const isServed = endpoint.traffic.every(({ modelVersionId, weight }) => weight === 0 || engine.find(modelVersionId) !== undefined);
    return isServed ? endpoint : { ...endpoint, traffic: routes.find(endpoint.name)?.traffic ?? endpoint.traffic };
  }
}

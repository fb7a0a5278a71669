import { isDeepStrictEqual } from 'node:util';
import { MillraceError, type AssignedVersion } from '@millrace/contracts';
import { HeldVersion } from './residency/held-version.ts';
import { ModelInspections } from './inspection/model-inspections.ts';
import { isExhausted, MemoryBudget } from './memory/memory-budget.ts';
import { ModelSizes } from './memory/model-sizes.ts';
import { entryOfHeld, repositoryEntry, type RepositoryEntry } from './residency/repository-entry.ts';
import { RememberedNumbers } from './memory/remembered-numbers.ts';
import type { RunRequest } from './run-request.ts';
import type { LoadOptions, ServedVersion } from './served-version.ts';
import type { NamedTensors } from './tensor/tensor.ts';
import { VersionLoader, type LoadedVersion, type VersionSource } from './residency/version-loader.ts';

/** How versions are loaded on this node, and how much memory they may hold. */
export interface EngineOptions extends LoadOptions {
  /** Nothing: as much as they take. */
  readonly budget?: MemoryBudget | undefined;
  /** What models were measured to take; nothing: what this process measures. */
  readonly sizes?: ModelSizes | undefined;
  /** Called when a version can answer or cannot any more, whatever the reason. */
  readonly onHealth?: (() => void) | undefined;
  /** Told about sessions that could not be released. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** A load that is wanted or under way. */
interface Loading {
  readonly assigned: AssignedVersion;
  readonly done: Promise<void>;
  readonly cancel: AbortController;
}

/** The model versions that this node holds, by id: loaded, or evicted and loaded again on demand. */
export class InferenceEngine {
  private readonly options: EngineOptions;
  private readonly loader: VersionLoader;
  private readonly versions = new Map<string, HeldVersion>();
  private readonly sources = new WeakMap<HeldVersion, VersionSource>();
  private readonly loading = new Map<string, Loading>();
  private readonly closing = new Set<{ readonly version: HeldVersion; readonly done: Promise<void> }>();
  /** Copies of versions that are used beside those that are held. */
  private readonly copies = new Set<Promise<unknown>>();
  private uses = 0;

  constructor(options: EngineOptions) {
    this.options = options;
    const budget = options.budget ?? new MemoryBudget({ budgetBytes: Infinity, residentBytes: () => process.memoryUsage.rss() });
    this.loader = new VersionLoader({
      load: { inspections: new ModelInspections(), runCosts: new Map(), runLimitBytes: () => budget.roomBytes, ...options },
      budget,
      sizes: options.sizes ?? new ModelSizes(RememberedNumbers.inMemory()),
      held: () => [...this.versions.values(), ...[...this.closing].map(({ version }) => version)],
    });
  }

  /**
   * Loads a version beside the ones that serve. One that is held in the same form stays as it is; one whose serving options
   * have changed goes over to new sessions in one step. Rejects with `UNAVAILABLE` when the memory budget has no room for it,
   * with `ARTIFACT_MISSING`, `ARTIFACT_CORRUPT`, `MODEL_INVALID` or `SIGNATURE_MISMATCH`, with `TIMEOUT` when it takes too long, and with
   * `CANCELLED` when it is overtaken by another load of the version or no longer wanted; what was held stays then.
   */
  async load(assigned: AssignedVersion, artifactPath: string, refetch?: () => Promise<void>): Promise<void> {
    const { modelVersionId } = assigned;
    const before = this.loading.get(modelVersionId);
    if (before !== undefined && !isDeepStrictEqual(before.assigned, assigned)) before.cancel.abort(unwanted(modelVersionId));
    const cancel = new AbortController();
    const { signal } = cancel;
    const done = (before?.done ?? Promise.resolve()).catch(() => undefined).then(() => this.bringIn({ assigned, artifactPath, refetch, signal }));
    const entry = { assigned, done, cancel };
    this.loading.set(modelVersionId, entry);
    await done.finally(() => {
      if (this.loading.get(modelVersionId) === entry) this.loading.delete(modelVersionId);
    });
  }

  /** Gives up the load of a version that is not wanted any more, if one is under way. */
  cancelLoad(modelVersionId: string): void {
    this.loading.get(modelVersionId)?.cancel.abort(unwanted(modelVersionId));
  }

  /** The versions that are being loaded, or wait for it. */
  loadingIds(): readonly string[] {
    return [...this.loading.keys()];
  }

  /** Takes a version out of service at once; the returned promise resolves when its last request is answered and its memory released. */
  async unload(modelVersionId: string): Promise<void> {
    const version = this.versions.get(modelVersionId);
    if (version === undefined) return;
    this.versions.delete(modelVersionId);
    const entry = { version, done: version.close() };
    this.closing.add(entry);
    await entry.done.finally(() => this.closing.delete(entry));
  }

  /** A version that can be asked: loaded, or evicted and loaded again by asking. */
  find(modelVersionId: string): HeldVersion | undefined {
    return this.versions.get(modelVersionId);
  }

  /** All that `find` finds. */
  held(): readonly HeldVersion[] {
    return [...this.versions.values()];
  }

  /** Runs one request. Throws `UNAVAILABLE` when the version is not held or its queue is full. */
  infer(modelVersionId: string, request: RunRequest): Promise<NamedTensors> {
    const version = this.versions.get(modelVersionId);
    if (version === undefined) return Promise.reject(unheld(modelVersionId));
    return version.infer(request);
  }

  /** Loads a copy of a version beside all others, within the memory budget, for as long as `use` takes. */
  withCopy<Result>(assigned: AssignedVersion, artifactPath: string, use: (copy: LoadedVersion) => Promise<Result>): Promise<Result> {
    const using = this.useCopy({ assigned, artifactPath }, use);
    this.copies.add(using);
    return using.finally(() => this.copies.delete(using));
  }

  /** Every version that is held, comes or goes, and its state in the words of the model repository extension. */
  repositoryIndex(): readonly RepositoryEntry[] {
    const coming = [...this.loading.values()].filter(({ assigned }) => !this.versions.has(assigned.modelVersionId));
    return [
      ...this.held().map(entryOfHeld),
      ...coming.map(({ assigned }) => repositoryEntry(assigned, 'LOADING')),
      ...[...this.closing].map(({ version }) => repositoryEntry(version.assigned, 'UNLOADING', 'no longer assigned')),
    ];
  }

  /** Loads a version that was evicted. Throws `NOT_FOUND` for one that this node was not assigned, and `UNAVAILABLE` when it cannot be loaded. */
  async loadNow(modelVersionId: string): Promise<void> {
    await this.assignedVersion(modelVersionId).bringBack();
  }

  /** Evicts a version until the next request for it. Throws `NOT_FOUND` for one that this node was not assigned, and `CONFLICT` for a pinned one. */
  async unloadNow(modelVersionId: string): Promise<void> {
    const version = this.assignedVersion(modelVersionId);
    if (version.assigned.serving.pinned)
      throw new MillraceError('CONFLICT', `model version ${modelVersionId} is pinned in memory; unpin its model to unload it`, { fields: { modelVersionId } });
    await version.evict();
  }

  /** Gives up the loads under way, answers what was submitted, then releases every session. When `signal` is aborted, what is not done by then is ended. */
  async close(signal?: AbortSignal): Promise<void> {
    const hurry = (): void => this.loader.endAll();
    signal?.addEventListener('abort', hurry, { once: true });
    if (signal?.aborted === true) hurry();
    for (const [id, { cancel }] of this.loading) cancel.abort(unwanted(id));
    await Promise.allSettled([...this.loading.values()].map(({ done }) => done));
    await Promise.all([...this.versions.keys()].map((id) => this.unload(id)));
    await Promise.all([...this.closing].map(({ done }) => done));
    await Promise.allSettled(this.copies);
    signal?.removeEventListener('abort', hurry);
  }

  private async useCopy<Result>(source: VersionSource, use: (copy: LoadedVersion) => Promise<Result>): Promise<Result> {
    const copy = await this.loader.load(source);
    try {
      return await use(copy);
    } finally {
      await this.loader.release(copy.served);
    }
  }

  private async bringIn(source: VersionSource): Promise<void> {
    const { assigned } = source;
    const held = this.versions.get(assigned.modelVersionId);
    if (held !== undefined && !held.needsOtherSession(assigned)) return held.replace(assigned);
    const served = await this.loadBeside(source, held);
    // It may have been taken out of service while this was loaded.
    if (held === undefined || this.versions.get(assigned.modelVersionId) !== held) this.versions.set(assigned.modelVersionId, this.hold(source, served));
    else {
      this.sources.set(held, source);
      held.replace(assigned, served);
    }
  }

  /** Where there is no room for both, the sessions before go first, and requests wait meanwhile. */
  private async loadBeside(source: VersionSource, held: HeldVersion | undefined): Promise<ServedVersion> {
    try {
      return (await this.loader.load(source)).served;
    } catch (error) {
      if (held?.residence !== 'loaded' || !isExhausted(error)) throw error;
      await held.evict();
      return (await this.loader.load(source)).served;
    }
  }

  private hold(source: VersionSource, served: ServedVersion): HeldVersion {
    const held = new HeldVersion(
      {
        assigned: source.assigned,
        limits: this.options.limits,
        bytesOf: (owned) => this.loader.bytesOf(owned),
        onHealth: () => this.options.onHealth?.(),
        tick: () => ++this.uses,
        reload: async (version) => (await this.loader.load({ ...(this.sources.get(version) ?? source), assigned: version.assigned, isAwaited: true })).served,
        release: (owned) => this.loader.release(owned).catch((error: unknown) => this.options.onFault?.(error)),
      },
      served,
    );
    this.sources.set(held, source);
    return held;
  }

  private assignedVersion(modelVersionId: string): HeldVersion {
    const version = this.versions.get(modelVersionId);
    if (version === undefined)
      throw new MillraceError('NOT_FOUND', `model version ${modelVersionId} is not assigned to this node; release it to an endpoint of this environment`, {
        fields: { modelVersionId },
      });
    return version;
  }
}

function unwanted(modelVersionId: string): MillraceError {
  return new MillraceError('CANCELLED', `the load of model version ${modelVersionId} was given up, because it is not wanted any more`, {
    fields: { modelVersionId },
  });
}

function unheld(modelVersionId: string): MillraceError {
  return new MillraceError('UNAVAILABLE', `model version ${modelVersionId} is not loaded on this node`, { fields: { modelVersionId } });
}

import { MillraceError, type AssignedVersion } from '@millrace/contracts';
import { Turnstile } from './turnstile.ts';
import type { HeldVersion } from './held-version.ts';
import type { MemoryBudget } from '../memory/memory-budget.ts';
import type { ModelSizes } from '../memory/model-sizes.ts';
import { ServedVersion, type LoadOptions } from '../served-version.ts';

/** A version and where its artifact lies on this machine. */
export interface VersionSource {
  readonly assigned: AssignedVersion;
  readonly artifactPath: string;
  /** Fetches the artifact again, once, where its copy is missing or damaged. Without it, such a copy is an error. */
  readonly refetch?: (() => Promise<void>) | undefined;
  /** Requests wait for this load: it warms up for as short as it may. */
  readonly isAwaited?: boolean | undefined;
  /** Aborted when nobody wants the version any more. */
  readonly signal?: AbortSignal | undefined;
}

/** A version that was loaded, and what that took. */
export interface LoadedVersion {
  readonly served: ServedVersion;
  readonly loadMilliseconds: number;
  /** Growth of resident memory. */
  readonly grownBytes: number;
}

interface VersionLoaderOptions {
  readonly load: LoadOptions;
  readonly budget: MemoryBudget;
  readonly sizes: ModelSizes;
  /** Those that may have to go, so that others can come: also those that are on their way out but held by a request, which may itself wait for a load. */
  readonly held: () => Iterable<HeldVersion>;
}

/** A load waits this long for a version to become idle; then the least recently used one is drained, so that no load waits for ever beside steady traffic. */
const PATIENCE_MILLISECONDS = 1000;
/** The next load waits this long for the one before. One that hangs must not hold up all others, so after that they go side by side. */
const TURN_MILLISECONDS = 2000;
/** Loads under way at a time: on a machine that is slow they must not make each other slower still. */
const LOADS = 8;
/** One row, two, and what else begins in this time. */
const AWAITED_WARM_UP_MILLISECONDS = 20;
const MILLISECONDS_BETWEEN_LOOKS = 5;

/**
 * Loads versions, one at a time as long as they are quick, so that the growth of resident memory is that of the one version. Each is
 * admitted by the memory that it is expected to take, which counts from then on: the least recently used idle versions are evicted for it,
 * pinned ones never.
 */
export class VersionLoader {
  private readonly options: VersionLoaderOptions;
  private readonly loaded = new Set<ServedVersion>();
  private readonly ending = new AbortController();
  private readonly places = new Turnstile(LOADS);
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: VersionLoaderOptions) {
    this.options = options;
  }

  /** Rejects with `UNAVAILABLE` when no eviction would make room, and as `ServedVersion.load` does. */
  load(source: VersionSource): Promise<LoadedVersion> {
    const loading = this.last.then(() => this.places.pass(() => this.admitAndOpen(source)));
    this.last = this.last.then(() => settledOr(loading, TURN_MILLISECONDS));
    return loading;
  }

  /** Drains it and releases its sessions. Its memory counts until they have ended. */
  async release(served: ServedVersion): Promise<void> {
    try {
      await served.drainAndRelease(this.ending.signal);
    } finally {
      this.loaded.delete(served);
      this.options.budget.giveBack(served);
    }
  }

  /** Gives up every load and ends every session now, whatever it does. */
  endAll(): void {
    const error = new MillraceError('UNAVAILABLE', 'the node stops');
    this.ending.abort(error);
    for (const served of this.loaded) served.end(error);
  }

  /** What a version was measured to hold; 0 once it was released. */
  bytesOf(served: ServedVersion): number {
    return this.options.budget.bytesOf(served);
  }

  private async admitAndOpen(source: VersionSource): Promise<LoadedVersion> {
    const { budget, sizes } = this.options;
    const { modelVersionId, serving } = source.assigned;
    const expected = sizes.expected(source.assigned) + serving.responseCacheBytes;
    source.signal?.throwIfAborted();
    await this.makeRoom(modelVersionId, expected, source.signal);
    await this.relieve(expected);
    budget.take(source, expected);
    try {
      const before = budget.residentBytes();
      const begin = performance.now();
      const served = await this.open(source);
      const loadMilliseconds = performance.now() - begin;
      const grownBytes = budget.residentBytes() - before;
      const bytes = sizes.measured(source.assigned, grownBytes) + served.runBytes + serving.responseCacheBytes;
      budget.giveBack(source);
      try {
        await this.makeRoom(modelVersionId, bytes, source.signal);
      } catch (error) {
        await served.drainAndRelease();
        throw error;
      }
      budget.take(served, bytes);
      this.loaded.add(served);
      await this.relieve(0);
      return { served, loadMilliseconds, grownBytes };
    } finally {
      budget.giveBack(source);
    }
  }

  /**
   * The process may hold more than the account says: other parts of it grow, and a load holds the file beside the session. One idle version
   * makes up for that; it is not more, because freed memory may stay with the process, and then all would go for nothing.
   */
  private async relieve(needBytes: number): Promise<void> {
    const { budget } = this.options;
    if (budget.residentBytes() + needBytes > budget.budgetBytes) await leastRecentlyUsed(this.evictable().filter(({ isIdle }) => isIdle))?.evict();
  }

  private async open({ assigned, artifactPath, refetch, isAwaited, signal }: VersionSource): Promise<ServedVersion> {
    const wanted = signal === undefined ? this.ending.signal : AbortSignal.any([signal, this.ending.signal]);
    const load = isAwaited === true ? { ...this.options.load, warmUpMilliseconds: AWAITED_WARM_UP_MILLISECONDS } : this.options.load;
    try {
      return await ServedVersion.load(assigned, artifactPath, load, wanted);
    } catch (error) {
      const { code } = MillraceError.wrap(error);
      if (refetch === undefined || (code !== 'ARTIFACT_CORRUPT' && code !== 'ARTIFACT_MISSING')) throw error;
      await refetch();
      return ServedVersion.load(assigned, artifactPath, load, wanted);
    }
  }

  private async makeRoom(modelVersionId: string, needBytes: number, signal: AbortSignal | undefined): Promise<void> {
    const { budget } = this.options;
    const begin = performance.now();
    while (budget.freeBytes < needBytes) {
      signal?.throwIfAborted();
      const stayingBytes = this.pinnedBytes();
      if (!budget.couldFit(needBytes, stayingBytes)) throw budget.exhausted(modelVersionId, needBytes, stayingBytes);
      const candidates = this.evictable();
      const isPatient = performance.now() - begin < PATIENCE_MILLISECONDS;
      const victim = leastRecentlyUsed(isPatient ? candidates.filter(({ isIdle }) => isIdle) : candidates);
      if (victim !== undefined) await victim.evict();
      // Everything is at work, or is ending already.
      else
        await new Promise((resolve) => {
          setTimeout(resolve, MILLISECONDS_BETWEEN_LOOKS);
        });
    }
  }

  private evictable(): readonly HeldVersion[] {
    return [...this.options.held()].filter(({ residentBytes, isPinned }) => residentBytes > 0 && !isPinned);
  }

  private pinnedBytes(): number {
    let bytes = 0;
    for (const { residentBytes, isPinned } of this.options.held()) if (isPinned) bytes += residentBytes;
    return bytes;
  }
}

/** Resolves when the promise has settled, or the time is over. */
async function settledOr(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise.then(undefined, () => undefined), late]);
  clearTimeout(timer);
}

function leastRecentlyUsed(versions: readonly HeldVersion[]): HeldVersion | undefined {
  let oldest: HeldVersion | undefined;
  for (const version of versions) if (oldest === undefined || version.lastUsed < oldest.lastUsed) oldest = version;
  return oldest;
}

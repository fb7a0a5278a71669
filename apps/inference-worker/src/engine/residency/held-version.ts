import { MillraceError, type AssignedVersion, type ExecutionProvider, type TensorSpec } from '@millrace/contracts';
import type { BatchLimits } from '../queue/batch-queue.ts';
import { ReloadLine, reloadLineLimits } from './reload-line.ts';
import { RetryGate } from './retry-gate.ts';
import { sessionKey } from './session-key.ts';
import { ResponseCache } from '../cache/response-cache.ts';
import type { RunRequest } from '../run-request.ts';
import type { SessionHealth } from '../session-health.ts';
import type { Isolation } from '../session/isolation.ts';
import type { ServedVersion, VersionCounts } from '../served-version.ts';
import type { NamedTensors } from '../tensor/tensor.ts';
import { VersionRecord } from '../statistics/version-record.ts';
import type { VersionStatistics } from '../statistics/version-statistics.ts';

/** Where the sessions of a version are. An evicted one is loaded again for the next request. */
export type Residence = 'loaded' | 'loading' | 'evicted';

interface HeldVersionOptions {
  readonly assigned: AssignedVersion;
  readonly limits: BatchLimits;
  /** Loads it again. */
  readonly reload: (version: HeldVersion) => Promise<ServedVersion>;
  /** Drains it, releases its sessions and gives its memory back. */
  readonly release: (served: ServedVersion) => Promise<void>;
  readonly bytesOf: (served: ServedVersion) => number;
  /** Called when it can answer or cannot any more. */
  readonly onHealth: () => void;
  /** Grows with every call; tells which version was used last. */
  readonly tick: () => number;
}

/**
 * A model version that this node can answer with: loaded, or evicted for want of memory and loaded again on demand. It is
 * what requests hold on to, whatever becomes of the sessions behind it; its counts go on over evictions and reloads.
 */
export class HeldVersion {
  private readonly options: HeldVersionOptions;
  private readonly waiting: ReloadLine;
  private readonly record = new VersionRecord();
  private definition: AssignedVersion;
  private served: ServedVersion | undefined;
  private latest: ServedVersion;
  private cache: ResponseCache | undefined;
  private reloading: Promise<void> | undefined;
  private failure: { readonly error: MillraceError; readonly since: Date } | undefined;
  /** A load that failed, or sessions that ended again and again, are not tried again for every request. */
  private readonly gate = new RetryGate({ freeTries: 1 });
  private readonly ending = new Set<ServedVersion>();
  private pastRestarts = 0;
  private holds = 0;
  private onUnheld: (() => void) | undefined;
  private leaving = false;
  private closed = false;
  private used: number;

  constructor(options: HeldVersionOptions, served: ServedVersion) {
    this.options = options;
    this.definition = options.assigned;
    this.served = served;
    this.latest = served;
    this.used = options.tick();
    this.waiting = new ReloadLine(options.assigned.modelVersionId, (reason) => this.record.refused(reason));
    this.openCache();
    this.follow(served);
  }

  get assigned(): AssignedVersion {
    return this.definition;
  }

  get residence(): Residence {
    if (this.served !== undefined && !this.served.hasDied) return 'loaded';
    return this.reloading === undefined ? 'evicted' : 'loading';
  }

  /** Why it cannot answer, and since when: it could not be loaded again, or its sessions ended again and again. */
  get reloadFailure(): { readonly error: MillraceError; readonly since: Date } | undefined {
    return this.failure;
  }

  /** Whether it may be loaded again after a failure. */
  get mayTryAgain(): boolean {
    return this.gate.isOpen;
  }

  /** Where its sessions live, and why; of the last load while it is evicted. */
  get isolation(): { readonly isolation: Isolation; readonly reason: string | undefined } {
    return { isolation: this.latest.isolation, reason: this.latest.isolationReason };
  }

  /** How its sessions fare; restarts are since it was first loaded. */
  get health(): SessionHealth {
    const { state, restarts, lastEnd } = this.latest.health;
    return { state: this.served === undefined ? 'running' : state, restarts: this.pastRestarts + restarts, lastEnd };
  }

  /** Whether a request would be answered, at once or after a load. */
  get canAnswer(): boolean {
    return this.failure === undefined && (this.served === undefined || !this.served.hasDied);
  }

  /** Of its sessions now, in bytes. */
  get residentBytes(): number {
    return this.served === undefined ? 0 : this.options.bytesOf(this.served);
  }

  /** Greater than that of every version that was used before. */
  get lastUsed(): number {
    return this.used;
  }

  /** Whether nothing waits, runs or will come back. */
  get isIdle(): boolean {
    return this.holds === 0 && (this.served?.isIdle ?? true) && this.waiting.queuedRows === 0;
  }

  /** Whether it may not be evicted. One that is on its way out may, though something still holds it. */
  get isPinned(): boolean {
    return this.definition.serving.pinned && !this.leaving;
  }

  get queuedRows(): number {
    return this.waiting.queuedRows + (this.served?.queuedRows ?? 0);
  }

  /** Requests are joined up to this many rows; of the last load while it is evicted. */
  get maximumBatchRows(): number {
    return this.latest.maximumBatchRows;
  }

  /** The execution provider that runs this version; of the last load while it is evicted. */
  get provider(): ExecutionProvider {
    return this.latest.provider;
  }

  /** The outputs as the runtime gives them; of the last load while it is evicted. */
  get outputs(): readonly TensorSpec[] {
    return this.latest.outputs;
  }

  get batchable(): boolean {
    return this.latest.batchable;
  }

  get unbatchedReason(): string | undefined {
    return this.latest.unbatchedReason;
  }

  statistics(): VersionStatistics {
    const statistics = this.record.statistics(this.owned(), this.cache);
    return { ...statistics, queuedRows: statistics.queuedRows + this.waiting.queuedRows };
  }

  /** Since it was first loaded. */
  get counts(): VersionCounts {
    return this.record.counts(this.owned(), this.cache);
  }

  /** Runs one request, after a load where the version was evicted. Rejects as the queue does, and with `UNAVAILABLE` when it cannot be loaded again. */
  infer(request: RunRequest): Promise<NamedTensors> {
    this.used = this.options.tick();
    return this.cache === undefined ? this.run(request) : this.cache.answer(request, (asked) => this.run(asked));
  }

  /** Keeps the version from being taken out of service until the returned function is called: for a request that comes back to it later. */
  hold(): () => void {
    this.holds++;
    return () => {
      this.holds--;
      if (this.holds === 0) this.onUnheld?.();
    };
  }

  /** Whether a session made for `assigned` would be another one than that for the present definition. */
  needsOtherSession(assigned: AssignedVersion): boolean {
    return this.served?.hasDied === true || this.failure !== undefined || sessionKey(assigned) !== sessionKey(this.definition);
  }

  /** Goes over to `served`, loaded for `assigned`, in one step; what the sessions before were given they still answer. */
  replace(assigned: AssignedVersion, served?: ServedVersion): void {
    const cacheChanges = assigned.serving.responseCacheBytes !== this.definition.serving.responseCacheBytes;
    this.definition = assigned;
    if (cacheChanges) this.openCache();
    if (served !== undefined) this.install(served);
  }

  /** Loads it now if it is evicted. Rejects with `UNAVAILABLE` when it cannot be loaded. */
  async bringBack(): Promise<void> {
    if (this.residence === 'loaded') return;
    this.reload();
    await this.reloading;
    if (this.failure !== undefined) throw this.unloadable(this.failure.error);
  }

  /** Gives up its sessions; resolves when their memory is released. Requests that come in the meantime wait for a reload. */
  async evict(): Promise<void> {
    const { served } = this;
    if (served === undefined) return;
    this.served = undefined;
    this.cache?.clear();
    await this.end(served);
  }

  /** Answers everything that it was given and what holds it will bring, then releases its sessions. */
  async close(): Promise<void> {
    this.leaving = true;
    if (this.holds > 0)
      await new Promise<void>((resolve) => {
        this.onUnheld = resolve;
      });
    // Nothing is loaded from now on but what is under way.
    this.closed = true;
    await this.reloading;
    await this.evict();
  }

  private run(request: RunRequest): Promise<NamedTensors> {
    if (this.served !== undefined && !this.served.hasDied) return this.served.infer(request);
    return this.runAfterReload(request);
  }

  private runAfterReload(request: RunRequest): Promise<NamedTensors> {
    const { modelVersionId } = this.definition;
    if (this.closed) {
      this.record.refused('unloaded');
      return Promise.reject(new MillraceError('UNAVAILABLE', `model version ${modelVersionId} was taken out of service`, { fields: { modelVersionId } }));
    }
    if (this.reloading === undefined && this.failure !== undefined && !this.gate.isOpen) {
      this.record.refused();
      return Promise.reject(this.unloadable(this.failure.error));
    }
    const answer = this.waiting.wait(request, reloadLineLimits(this.definition.serving, this.options.limits));
    this.reload();
    return answer;
  }

  /** Starts a load unless one is under way. Never rejects: the failure is kept, and those who wait are told. */
  private reload(): void {
    this.reloading ??= this.options
      .reload(this)
      .then(
        (served) => {
          // Other sessions may have come meanwhile; these are older.
          if (this.residence === 'loaded') void this.end(served);
          else this.install(served);
        },
        (thrown: unknown) => {
          if (this.residence === 'loaded') return;
          const error = MillraceError.wrap(thrown);
          this.fail(error);
          this.waiting.refuse(this.unloadable(error));
        },
      )
      .finally(() => {
        this.reloading = undefined;
      });
  }

  private fail(error: MillraceError): void {
    this.gate.failed();
    this.failure = { error, since: this.failure?.since ?? new Date() };
    this.options.onHealth();
  }

  private install(served: ServedVersion): void {
    const before = this.served;
    if (served !== this.latest) this.pastRestarts += this.latest.health.restarts;
    this.served = served;
    this.latest = served;
    this.failure = undefined;
    this.follow(served);
    this.options.onHealth();
    this.record.waited(this.waiting.admit((request) => served.infer(request)));
    if (before !== undefined) void this.end(before);
  }

  /** Sessions that ended again and again are a failure like that of a load. */
  private follow(served: ServedVersion): void {
    void served.died.then((error) => {
      if (this.served === served) this.fail(error);
    });
  }

  private async end(served: ServedVersion): Promise<void> {
    this.ending.add(served);
    await this.options.release(served);
    this.ending.delete(served);
    this.record.ended(served);
  }

  private owned(): readonly ServedVersion[] {
    return this.served === undefined ? [...this.ending] : [this.served, ...this.ending];
  }

  private openCache(): void {
    const { responseCacheBytes } = this.definition.serving;
    if (this.cache !== undefined) this.record.closed(this.cache);
    this.cache = responseCacheBytes > 0 ? new ResponseCache(responseCacheBytes) : undefined;
  }

  private unloadable(cause: MillraceError): MillraceError {
    const { modelVersionId } = this.definition;
    return new MillraceError('UNAVAILABLE', `model version ${modelVersionId} cannot be loaded again: ${cause.message}`, { fields: { modelVersionId }, cause });
  }
}

import { isDeepStrictEqual } from 'node:util';
import type { AssignedVersion, MillraceError } from '@millrace/contracts';
import { RetryGate } from '../engine/residency/retry-gate.ts';

/** Why a version could not be loaded, and since when. */
export interface VersionFailure {
  readonly error: MillraceError;
  readonly since: Date;
}

interface Failed extends VersionFailure {
  readonly version: AssignedVersion;
  readonly gate: RetryGate;
}

/** The versions that could not be loaded. One that failed for a passing reason is tried again, less and less often; any other when it has changed. */
export class VersionFailures {
  readonly #failed = new Map<string, Failed>();

  get size(): number {
    return this.#failed.size;
  }

  /** Whether some of them may be tried again now. */
  get isWorthRetrying(): boolean {
    return [...this.#failed.values()].some(({ error, gate }) => error.retryable && gate.isOpen);
  }

  of(modelVersionId: string): VersionFailure | undefined {
    return this.#failed.get(modelVersionId);
  }

  mayTry(version: AssignedVersion): boolean {
    const failed = this.#failed.get(version.modelVersionId);
    if (failed === undefined || !isDeepStrictEqual(failed.version, version)) return true;
    return failed.error.retryable && failed.gate.isOpen;
  }

  failed(version: AssignedVersion, error: MillraceError): void {
    const before = this.#failed.get(version.modelVersionId);
    const gate = before?.gate ?? new RetryGate({ freeTries: 2 });
    gate.failed();
    this.#failed.set(version.modelVersionId, { version, error, gate, since: before?.since ?? new Date() });
  }

  loaded(modelVersionId: string): void {
    this.#failed.delete(modelVersionId);
  }

  /** Forgets all but these. */
  keep(modelVersionIds: ReadonlySet<string>): void {
    for (const id of this.#failed.keys()) if (!modelVersionIds.has(id)) this.#failed.delete(id);
  }
}

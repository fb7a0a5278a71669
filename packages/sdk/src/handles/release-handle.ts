import { MillraceError } from '@millrace/contracts';
import type { Release, ReleaseStep } from '../nouns/operation.ts';
import { JobHandle, type WaitOptions } from './job-handle.ts';

/**
 * How to wait for a release: each step is reported once when it starts and once when it ends.
 *
 * @example
 * ```ts
 * import type { ReleaseWaitOptions } from '@millrace/sdk';
 * const loud: ReleaseWaitOptions = { timeoutSeconds: 120, onStep: ({ kind, status }) => console.log(kind, status) };
 * ```
 */
export interface ReleaseWaitOptions extends WaitOptions {
  readonly onStep?: (step: ReleaseStep) => void;
}

/**
 * A release that was started.
 *
 * @example
 * ```ts
 * import { Millrace } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const release = await millrace.releases.start({ endpointId: 'ep_…', modelVersionId: 'mv_…' });
 * await release.waitUntilPromoted({ timeoutSeconds: 120, onStep: ({ kind, status }) => console.log(kind, status) });
 * ```
 */
export class ReleaseHandle extends JobHandle<Release> {
  /** Resolves once the release is promoted. One that was rejected or rolled back throws `CHECK_FAILED` with its reason and steps. */
  async waitUntilPromoted({ onStep, ...options }: ReleaseWaitOptions = {}): Promise<Release> {
    const told = new Set<string>();
    const tell = (release: Release): void => {
      for (const step of release.steps) {
        const key = `${step.id} ${step.status}`;
        if (!told.has(key)) onStep?.(step);
        told.add(key);
      }
    };
    const pending: Promise<void>[] = [];
    const release = await this.wait({
      ...options,
      onProgress: (job) => {
        options.onProgress?.(job);
        if (onStep !== undefined) pending.push(this.get().then(tell, () => undefined));
      },
    });
    await Promise.all(pending);
    tell(release);
    if (release.status !== 'PROMOTED') throw this.#stopped(release);
    return release;
  }

  #stopped(release: Release): MillraceError {
    const { id, status, reason, steps, job } = release;
    const failed = steps.findLast((step) => step.status === 'FAILED');
    const fields = { releaseId: id, status, jobId: job.id, step: failed?.kind ?? null, evidence: failed?.evidence ?? null };
    return new MillraceError('CHECK_FAILED', `release ${id} is ${status}: ${reason ?? failed?.kind ?? 'no reason was recorded'}`, { retryable: false, fields });
  }
}

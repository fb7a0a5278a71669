import type { AssignedVersion } from '@millrace/contracts';
import type { HeldVersion } from './held-version.ts';

/** One line of the index of the model repository extension. An evicted version is UNAVAILABLE there, and is loaded again by a request or by `loadNow`. */
export interface RepositoryEntry {
  readonly modelVersionId: string;
  readonly model: string;
  readonly version: number;
  readonly state: 'READY' | 'UNAVAILABLE' | 'LOADING' | 'UNLOADING';
  /** Empty where the state says all. */
  readonly reason: string;
}

export function repositoryEntry({ modelVersionId, model, version }: AssignedVersion, state: RepositoryEntry['state'], reason = ''): RepositoryEntry {
  return { modelVersionId, model, version, state, reason };
}

export function entryOfHeld({ assigned, residence, reloadFailure }: HeldVersion): RepositoryEntry {
  if (residence === 'loaded') return repositoryEntry(assigned, 'READY');
  if (residence === 'loading') return repositoryEntry(assigned, 'LOADING');
  return repositoryEntry(assigned, 'UNAVAILABLE', reloadFailure?.error.message ?? 'evicted from memory; the next request loads it again');
}

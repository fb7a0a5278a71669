import type { VersionState } from '@millrace/contracts';
import type { HeldVersion } from '../engine/residency/held-version.ts';
import type { VersionFailure } from './version-failures.ts';

interface Known {
  /** Undefined: it is not loaded. */
  readonly held: HeldVersion | undefined;
  /** Of its load, or of that of its newest definition. */
  readonly failure: VersionFailure | undefined;
}

/** What is longer explains no better. */
const REASON_CHARACTERS = 2000;

/** What the control plane is told of a version: whether it answers here, else why not and since when. */
export function versionStateOf(modelVersionId: string, { held, failure: loadFailure }: Known): VersionState {
  const { restarts = 0, lastEnd, state } = held?.health ?? {};
  const ended = lastEnd === undefined ? undefined : { reason: lastEnd.reason.slice(0, REASON_CHARACTERS), at: lastEnd.at.toISOString() };
  const said = { modelVersionId, restarts, lastEnd: ended };
  const failure = loadFailure ?? held?.reloadFailure;
  if (failure !== undefined) return { ...said, state: 'FAILED', error: failure.error.toJSON(), since: failure.since.toISOString() };
  if (held === undefined) return { ...said, state: 'LOADING' };
  return state === 'restarting' ? { ...said, state: 'RESTARTING', since: ended?.at } : { ...said, state: 'LOADED' };
}

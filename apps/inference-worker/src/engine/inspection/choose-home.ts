import type { AssignedVersion } from '@millrace/contracts';
import { chooseIsolation, type ChosenIsolation } from '../session/isolation.ts';
import { openSession } from '../session/open-session.ts';
import type { Trial } from '../batching/trial.ts';
import type { MillraceError } from '@millrace/contracts';
import type { Inspection } from './inspect-artifact.ts';
import { ModelInspections } from './model-inspections.ts';
import type { Rehearsals } from './rehearsals.ts';
import { Suspects } from './suspects.ts';

/** Where the sessions of a model are to live, and what its graph tells. */
export interface Home extends ChosenIsolation {
  readonly inspection: Inspection;
}

export interface HomeOptions {
  /** What graphs tell; nothing: every load reads the graph. */
  readonly inspections?: ModelInspections | undefined;
  /** Which models may have ended this node before; nothing: none is known. */
  readonly suspects?: Suspects | undefined;
  /** Nothing: no model is tried in a process before it is loaded in a thread. */
  readonly rehearsals?: Rehearsals | undefined;
  /** The code of the session threads; nothing: the session worker. */
  readonly sessionEntry?: URL | undefined;
  /** What a session process may allocate; nothing: as much as there is. */
  readonly memoryLimitBytes?: number | undefined;
}

/** Reads the graph of a model, and tries it where that says nothing against a thread. The signal ends a trial that takes too long. */
export async function chooseHome(assigned: AssignedVersion, artifactPath: string, options: HomeOptions, signal: AbortSignal): Promise<Home> {
  const { inspections = new ModelInspections(), suspects = Suspects.none(), rehearsals } = options;
  const { artifactDigest, serving } = assigned;
  const inspection = await inspections.of({ path: artifactPath, digest: artifactDigest }, signal);
  const known = chooseIsolation(serving, { needsProcess: inspection.needsProcess ?? suspects.reasonOf(artifactDigest) });
  if (known.isolation === 'process' || serving.isolation === 'thread' || rehearsals === undefined) return { ...known, inspection };
  const needsProcess = await rehearsals.faultOf(artifactDigest, () => rehearse(assigned, artifactPath, options, signal));
  return { ...chooseIsolation(serving, { needsProcess }), inspection };
}

/** On the CPU: whatever provider it is for, one row is little, and a model that does not run there shows so. */
async function rehearse(
  assigned: AssignedVersion,
  artifactPath: string,
  { sessionEntry, memoryLimitBytes }: HomeOptions,
  signal: AbortSignal,
): Promise<Trial | MillraceError> {
  const { session, trial } = await openSession({
    assigned,
    artifactPath,
    providers: ['cpu'],
    entry: sessionEntry,
    isolation: 'process',
    memoryLimitBytes,
    signal,
    untriedBecause: undefined,
    onPassedOver: () => undefined,
  });
  await session.close();
  return trial;
}

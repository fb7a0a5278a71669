import { MillraceError } from '@millrace/contracts';
import type { EndpointRoute } from '../serving/route-table.ts';
import type { ServingContext } from '../serving/serving-context.ts';

/** What holds the versions that a node was assigned, by id; the inference engine is one. */
export interface ModelRepository {
  repositoryIndex(): readonly VersionState[];
  /** Resolves when the version can answer; rejects with why it cannot. */
  loadNow(modelVersionId: string): Promise<void>;
  /** Resolves when its memory is free. */
  unloadNow(modelVersionId: string): Promise<void>;
}

interface VersionState {
  readonly modelVersionId: string;
  readonly version: number;
  readonly state: 'READY' | 'UNAVAILABLE' | 'LOADING' | 'UNLOADING';
  /** Empty where the state says all. */
  readonly reason: string;
}

/** One entry of the index of the model repository extension. */
export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly state: VersionState['state'];
  readonly reason: string;
}

/** The repository of a node where callers may load and unload. Throws `FORBIDDEN` where they may not. */
export function requireRepository(repository: ModelRepository | undefined): ModelRepository {
  if (repository !== undefined) return repository;
  throw new MillraceError(
    'FORBIDDEN',
    'the model repository is off on this node: releases decide what it serves; MODEL_REPOSITORY=on lets callers load and unload',
  );
}

/** The versions of the endpoints that a caller may use, whether they can answer and why not. */
export function indexRepository(
  context: ServingContext,
  repository: ModelRepository,
  { token, readyOnly }: { readonly token: string | undefined; readonly readyOnly: boolean },
): readonly IndexEntry[] {
  const states = new Map(repository.repositoryIndex().map((state) => [state.modelVersionId, state]));
  return context.routes
    .all()
    .filter(({ name }) => context.access.allows(token, name))
    .flatMap((endpoint) => entriesOf(endpoint, states))
    .filter(({ state }) => !readyOnly || state === 'READY');
}

function entriesOf({ name, traffic }: EndpointRoute, states: ReadonlyMap<string, VersionState>): readonly IndexEntry[] {
  return traffic.map(({ modelVersionId }) => {
    const known = states.get(modelVersionId);
    if (known === undefined) return { name, version: modelVersionId, state: 'UNAVAILABLE', reason: 'not loaded on this node' };
    return { name, version: String(known.version), state: known.state, reason: known.reason };
  });
}

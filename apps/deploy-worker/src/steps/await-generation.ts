import type { VersionState } from '@millrace/contracts';
import type { Node } from '@millrace/db';
import type { ReleaseContext } from './release-context.ts';
import { failed, type StepOutcome } from './step-outcome.ts';
import { failureOf, liveNodes, stateIn } from './live-nodes.ts';
import { waitUntil } from './wait-until.ts';

/** Waits until every live node has taken up the generation and answers with the candidate, where it holds it. The outcome says why not when one cannot load the candidate or does not get there in time. */
export async function awaitGeneration(context: ReleaseContext, generation: number): Promise<StepOutcome | undefined> {
  const { dataSource, candidate, timing } = context;
  const refusal = await waitUntil(context, timing.nodeTimeoutSeconds, async () => {
    const nodes = await liveNodes(dataSource.manager, context);
    const failure = failureOf(nodes, candidate.id);
    // What may pass is the node's to try again, until the time is over.
    if (failure !== undefined && failure.error?.retryable !== true) return failed(failure.reason, { node: failure.node, error: failure.error });
    return nodes.length > 0 && nodes.every((node) => serves(node, generation, candidate.id)) ? ('served' as const) : undefined;
  });
  if (refusal === 'served') return undefined;
  if (refusal !== undefined) return refusal;
  const nodes = await liveNodes(dataSource.manager, context);
  const behind = nodes
    .filter((node) => !serves(node, generation, candidate.id))
    .map(({ name, servedGeneration, versionStates }) => ({ node: name, servedGeneration, state: stateIn(versionStates, candidate.id) }));
  const reason = nodes.length === 0 ? 'no node of the environment is READY' : `${behind.map(describe).join(', ')} did not take it up`;
  return failed(`Generation ${generation} is not served after ${timing.nodeTimeoutSeconds} s: ${reason}`, { generation, behind });
}

/** A node takes up a generation also when it cannot serve all of it, so that the models of others do not hold up this one. */
function serves({ servedGeneration, versionStates }: Node, generation: number, candidateId: string): boolean {
  const state = stateIn(versionStates, candidateId)?.state;
  return servedGeneration >= generation && (state === undefined || state === 'LOADED');
}

function describe({ node, state }: { readonly node: string; readonly state: VersionState | undefined }): string {
  if (state === undefined || state.state === 'LOADED') return node;
  return `${node} (the model version is ${state.state} there${state.error === undefined ? '' : `: ${state.error.message}`})`;
}

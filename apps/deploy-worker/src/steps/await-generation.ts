import type { ReleaseContext } from './release-context.ts';
import { failed, type StepOutcome } from './step-outcome.ts';
import { liveNodes } from './live-nodes.ts';
import { waitUntil } from './wait-until.ts';

/** Waits until every live node serves the generation. The outcome says why not when one cannot load the candidate or does not get there in time. */
export async function awaitGeneration(context: ReleaseContext, generation: number): Promise<StepOutcome | undefined> {
  const { dataSource, candidate, timing } = context;
  const refusal = await waitUntil(context, timing.nodeTimeoutSeconds, async () => {
    const nodes = await liveNodes(dataSource.manager, context);
    for (const { name, versionStates } of nodes) {
      const state = versionStates.find(({ modelVersionId }) => modelVersionId === candidate.id);
      // What may pass is the node's to try again, until the time is over.
      if (state?.state === 'FAILED' && state.error?.retryable !== true)
        return failed(`Node ${name} cannot load the model version: ${state.error?.message ?? 'no reason given'}`, { node: name, error: state.error });
    }
    return nodes.length > 0 && nodes.every(({ servedGeneration }) => servedGeneration >= generation) ? ('served' as const) : undefined;
  });
  if (refusal === 'served') return undefined;
  if (refusal !== undefined) return refusal;
  const nodes = await liveNodes(dataSource.manager, context);
  const behind = nodes.filter(({ servedGeneration }) => servedGeneration < generation).map(({ name, servedGeneration }) => ({ node: name, servedGeneration }));
  const reason = nodes.length === 0 ? 'no node of the environment is READY' : `${behind.map(({ node }) => node).join(', ')} did not take it up`;
  return failed(`Generation ${generation} is not served after ${timing.nodeTimeoutSeconds} s: ${reason}`, { generation, behind });
}

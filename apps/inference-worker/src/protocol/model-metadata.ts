import type { ModelDescription } from '../serving/describe-model.ts';

/** The metadata of a model, on every wire. `properties` are texts by the protocol's schema; `unbatched_reason` names the node that lets rows see each other, and says how. */
export function modelMetadataOf({ name, versions, platform, inputs, outputs, served }: ModelDescription): object {
  if (served === undefined) return { name, versions, platform, inputs, outputs };
  const { assigned, provider, batchable, maximumBatchRows, unbatchedReason, isolation, health } = served;
  const properties = {
    model_version_id: assigned.modelVersionId,
    provider,
    batchable: String(batchable),
    maximum_batch_rows: String(batchable ? maximumBatchRows : 1),
    ...(unbatchedReason !== undefined && { unbatched_reason: unbatchedReason }),
    isolation: isolation.isolation,
    ...(isolation.reason !== undefined && { isolation_reason: isolation.reason }),
    state: health.state,
    session_restarts: String(health.restarts),
    ...(health.lastEnd !== undefined && { last_session_end: `${health.lastEnd.at.toISOString()}: ${health.lastEnd.reason}` }),
  };
  return { name, versions, platform, inputs, outputs, properties };
}

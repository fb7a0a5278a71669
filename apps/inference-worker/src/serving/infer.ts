import { MillraceError } from '@millrace/contracts';
import type { NamedTensors } from '../engine/tensor/tensor.ts';
import { findEndpoint, findNamedVersion, findRoutedVersion } from './find-model.ts';
import { inferEnsemble } from './infer-ensemble.ts';
import type { InferRequest, InferResult, NamedTensor } from './infer-request.ts';
import { identify } from './request-identity.ts';
import { logDurably, logPrediction } from './log-prediction.ts';
import { namesOf, runStep } from './run-step.ts';
import type { ServingContext } from './serving-context.ts';

/**
 * Answers one infer request. Its version is chosen once, and kept through everything.
 * Rejects with `UNAUTHENTICATED`, `FORBIDDEN`, `BAD_INPUT`, `NOT_FOUND`, `UNAVAILABLE`, `TIMEOUT` or `CANCELLED`.
 */
export async function infer(context: ServingContext, request: InferRequest): Promise<InferResult> {
  const endpoint = findEndpoint(context, request.endpoint, request.token);
  const identity = identify(request);
  if (endpoint.ensemble !== null) return inferEnsemble(context, { endpoint, ensemble: endpoint.ensemble, request, identity });
  const served = request.version === undefined ? findRoutedVersion(context, endpoint, identity.key) : findNamedVersion(context, endpoint, request.version);
  const names = namesOf(
    request.requestedOutputs,
    served.assigned.signature.outputs.map(({ name }) => name),
  );
  const answer = await runStep(context, { endpoint, served, inputs: identity.model, request, identity, isRouted: request.version === undefined });
  await logDurably(context, [answer], identity.key);
  return {
    endpoint: endpoint.name,
    id: identity.id,
    version: served.assigned,
    rows: answer.rows,
    outputs: names.map((name) => ({ name, tensor: tensorOf(answer.outputs, name) })),
    afterwards: () => {
      logPrediction(context, answer, identity.key);
      if (endpoint.shadow !== null) context.shadows.copy(endpoint, endpoint.shadow, { key: identity.key, answer });
    },
  };
}

function tensorOf(outputs: NamedTensors, name: string): NamedTensor['tensor'] {
  const tensor = outputs[name];
  if (tensor === undefined) throw new MillraceError('MODEL_INVALID', `the model gave no output "${name}", which its signature has`);
  return tensor;
}

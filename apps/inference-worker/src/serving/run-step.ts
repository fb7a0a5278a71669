import { MillraceError } from '@millrace/contracts';
import type { HeldVersion } from '../engine/residency/held-version.ts';
import type { PredictionBatch } from '../event-log/prediction-batch.ts';
import { checkInputs } from './check-inputs.ts';
import { eventIdsOf, eventTimesOf } from './event-inputs.ts';
import type { InferInput, InferRequest } from './infer-request.ts';
import type { RequestIdentity } from './request-identity.ts';
import type { EndpointRoute } from './route-table.ts';
import type { ServingContext } from './serving-context.ts';

interface Step {
  readonly endpoint: EndpointRoute;
  readonly served: HeldVersion;
  /** By the names of the model. */
  readonly inputs: readonly InferInput[];
  readonly request: InferRequest;
  readonly identity: RequestIdentity;
  /** Whether the split of the endpoint chose the version. */
  readonly isRouted: boolean;
}

/** Runs one version on inputs that are checked here. What comes back is what the prediction log takes. */
export async function runStep(context: ServingContext, { endpoint, served, inputs, request, identity, isRouted }: Step): Promise<PredictionBatch> {
  const version = served.assigned;
  const { tensors, rows } = checkInputs(served, inputs);
  const eventIds = eventIdsOf(identity.eventIds, identity.id, rows);
  const eventTimes = eventTimesOf(identity.eventTimes, context.now(), rows);
  const outputs = await served
    .infer({ inputs: tensors, rows, priority: request.priority, timeoutMicroseconds: request.timeoutMicroseconds, client: request.client })
    .catch((error: unknown) => {
      if (isRouted) context.routed.failed(endpoint, version.modelVersionId);
      return refuseInputs(error);
    });
  if (isRouted) context.routed.answered(endpoint, version.modelVersionId);
  return { endpoint, version, rows, requestId: identity.id, eventIds, eventTimes, inputs: tensors, outputs };
}

/** What the model says about the values of this request, such as an index that it does not have or a size that no memory holds, is for its caller. */
function refuseInputs(thrown: unknown): never {
  if (!(thrown instanceof MillraceError) || thrown.code !== 'MODEL_INVALID') throw thrown;
  if (thrown.fields['isOfInputs'] === true) throw new MillraceError('BAD_INPUT', thrown.message);
  if (thrown.fields['isOfMemory'] === true) throw new MillraceError('REQUEST_TOO_LARGE', `${thrown.message}; its run needs more memory than it may take`);
  throw thrown;
}

/** The names that were asked for, or all of those that there are. Throws `BAD_INPUT` for one that there is not. */
export function namesOf(requested: readonly string[] | undefined, known: readonly string[]): readonly string[] {
  const unknown = requested?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new MillraceError('BAD_INPUT', `unknown output "${unknown}"; the model gives ${known.map((name) => `"${name}"`).join(', ')}`);
  return requested ?? known;
}

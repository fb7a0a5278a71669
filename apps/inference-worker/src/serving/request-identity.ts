import { randomUUID } from 'node:crypto';
import { separateEventInputs } from './event-inputs.ts';
import type { InferInput, InferRequest } from './infer-request.ts';

/** Who a request is about: its inputs apart from those that name events, its id, and the key that chooses its versions. */
export interface RequestIdentity {
  readonly id: string;
  readonly key: string;
  readonly model: readonly InferInput[];
  readonly eventIds: InferInput | undefined;
  readonly eventTimes: InferInput | undefined;
}

/** The key is the routing key, else the first event id, so that an event asked again finds the same version, else the request's id. */
export function identify(request: InferRequest): RequestIdentity {
  const { model, ids, times } = separateEventInputs(request.inputs);
  const id = request.id ?? randomUUID();
  return { id, key: request.routingKey ?? firstText(ids) ?? id, model, eventIds: ids, eventTimes: times };
}

function firstText(input: InferInput | undefined): string | undefined {
  return Array.isArray(input?.data) && input.missing?.includes(0) !== true ? input.data[0] : undefined;
}

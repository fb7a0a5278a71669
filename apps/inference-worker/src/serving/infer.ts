import { MillraceError, type AssignedVersion } from '@millrace/contracts';
import { randomUUID } from 'node:crypto';
import type { NamedTensors } from '../engine/tensor.ts';
import { checkInputs } from './check-inputs.ts';
import { eventIdsOf, eventTimesOf, separateEventInputs } from './event-inputs.ts';
import { findEndpoint, findNamedVersion, findRoutedVersion } from './find-model.ts';
import type { InferInput, InferRequest, InferResult } from './infer-request.ts';
import type { ServingContext } from './serving-context.ts';

/**
 * Answers one infer request. The version is chosen once: by the routing key, else by the first event id, so that an event
 * asked again finds the same version, else by the request's id.
 * Rejects with `BAD_INPUT`, `NOT_FOUND`, `UNAVAILABLE`, `TIMEOUT` or `CANCELLED`.
 */
export async function infer(context: ServingContext, request: InferRequest): Promise<InferResult> {
  const endpoint = findEndpoint(context, request.endpoint, request.token);
  const { model, ids, times } = separateEventInputs(request.inputs);
  const id = request.id ?? randomUUID();
  const served =
    request.version === undefined
      ? findRoutedVersion(context, endpoint, request.routingKey ?? firstText(ids) ?? id)
      : findNamedVersion(context, endpoint, request.version);
  const version = served.assigned;
  const names = outputNames(version, request.requestedOutputs);
  const { tensors, rows } = checkInputs(version, model);
  const eventIds = eventIdsOf(ids, id, rows);
  const eventTimes = eventTimesOf(times, context.now(), rows);

  const outputs = await served.infer({
    inputs: tensors,
    rows,
    priority: request.priority,
    timeoutMicroseconds: request.timeoutMicroseconds,
    client: request.client,
  });
  return {
    endpoint: endpoint.name,
    id,
    version,
    rows,
    outputs: names.map((name) => ({ name, tensor: outputOf(outputs, name) })),
    afterwards: () => context.predictions.append({ endpoint, version, rows, eventIds, eventTimes, inputs: tensors, outputs }),
  };
}

function outputNames(version: AssignedVersion, requested: readonly string[] | undefined): readonly string[] {
  const known = version.signature.outputs.map(({ name }) => name);
  const unknown = requested?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new MillraceError('BAD_INPUT', `unknown output "${unknown}"; the model gives ${known.map((name) => `"${name}"`).join(', ')}`);
  return requested ?? known;
}

function outputOf(outputs: NamedTensors, name: string): NamedTensors[string] {
  const tensor = outputs[name];
  if (tensor === undefined) throw new MillraceError('MODEL_INVALID', `the model gave no output "${name}", which its signature has`);
  return tensor;
}

function firstText(input: InferInput | undefined): string | undefined {
  return Array.isArray(input?.data) ? input.data[0] : undefined;
}

import { randomUUID } from 'node:crypto';
import { decodeInputs } from './decode-inputs.ts';
import { checkRequestedOutputs, encodeInferResponse } from './encode-infer-response.ts';
import { eventIdsOf, eventTimesOf, separateEventInputs } from './event-inputs.ts';
import { findEndpoint, findNamedVersion, findRoutedVersion } from './find-model.ts';
import { parseInferBody, type RawInput } from './parse-infer-body.ts';
import type { ServingContext } from './serving-context.ts';

/** A response body, and what happens after it was handed to the socket. */
export interface InferAnswer {
  readonly body: string;
  readonly afterwards: () => void;
}

/** Answers one infer request. The version is chosen once: by the first event id, so that an event asked again finds the same version, or else by the request's id. */
export async function handleInfer(context: ServingContext, endpointName: string, versionName: string | undefined, text: string): Promise<InferAnswer> {
  const endpoint = findEndpoint(context, endpointName);
  const request = parseInferBody(text);
  const { model, ids, times } = separateEventInputs(request.inputs);
  const id = request.id ?? randomUUID();
  const served = versionName === undefined ? findRoutedVersion(context, endpoint, firstText(ids) ?? id) : findNamedVersion(context, endpoint, versionName);
  const version = served.assigned;
  checkRequestedOutputs(version, request.requestedOutputs);
  const { tensors, rows } = decodeInputs(version, model);
  const eventIds = eventIdsOf(ids, id, rows);
  const eventTimes = eventTimesOf(times, context.now(), rows);

  const outputs = await served.infer(tensors, rows);
  return {
    body: encodeInferResponse({ endpoint: endpoint.name, id, version, outputs, requested: request.requestedOutputs }),
    afterwards: () => context.predictions.append({ endpoint, version, rows, eventIds, eventTimes, inputs: tensors, outputs }),
  };
}

function firstText(input: RawInput | undefined): string | undefined {
  const first = input?.data.flat()[0];
  return typeof first === 'string' ? first : undefined;
}

import type { HttpAnswer, HttpRequest } from '../http/http-message.ts';
import { bearerToken } from '../serving/access-table.ts';
import { describeModel, isModelReady, type ModelDescription } from '../serving/describe-model.ts';
import { infer } from '../serving/infer.ts';
import { SERVER_METADATA } from '../serving/server-metadata.ts';
import type { ServingContext } from '../serving/serving-context.ts';
import { decodeValues } from './decode-values.ts';
import { encodeInferResponse } from './encode-infer-response.ts';
import { matchRoute, type Route } from './match-route.ts';
import { parseInferBody } from './parse-infer-body.ts';
import { ProtocolError } from './protocol-error.ts';

/** Answers one request of the Open Inference Protocol. Never rejects; what is our fault is told to `onFault`. */
export async function answerRequest(context: ServingContext, request: HttpRequest, onFault: (error: unknown) => void): Promise<HttpAnswer> {
  try {
    const route = matchRoute(request.method, request.path);
    const token = bearerToken(request.headers.get('authorization'));
    if (route.kind !== 'infer') {
      const [status, body] = answerGet(context, route, token);
      return json(status, JSON.stringify(body));
    }
    if (request.headers.get('inference-header-content-length') !== undefined)
      throw new ProtocolError(415, 'binary tensor data is not supported, send tensors as JSON');
    const { id, inputs, requestedOutputs } = parseInferBody(request.body.toString());
    const result = await infer(context, {
      endpoint: route.endpoint,
      version: route.version,
      token,
      id,
      inputs: inputs.map((input) => ({ name: input.name, ...decodeValues(input), shape: input.shape })),
      requestedOutputs,
      client: request.client,
    });
    return { ...json(200, encodeInferResponse(result)), afterwards: result.afterwards };
  } catch (thrown) {
    const error = ProtocolError.from(thrown);
    if (error.status >= 500 && error.status !== 503) onFault(thrown);
    return json(error.status, JSON.stringify({ error: error.message }), error.headers);
  }
}

function answerGet(context: ServingContext, route: Route, token: string | undefined): [number, object] {
  switch (route.kind) {
    case 'server':
      return [200, SERVER_METADATA];
    case 'live':
      return [200, { live: true }];
    case 'ready':
      return ready(context.isReady(), {});
    case 'model':
      return [200, metadataOf(describeModel(context, route.endpoint, route.version, token))];
    case 'model-ready':
      return ready(isModelReady(context, route.endpoint, route.version, token), { name: route.endpoint });
    case 'infer':
      throw new ProtocolError(405, 'infer takes POST', { allow: 'POST' });
  }
}

function metadataOf({ name, versions, platform, inputs, outputs }: ModelDescription): object {
  return { name, versions, platform, inputs, outputs };
}

function ready(isReady: boolean, naming: object): [number, object] {
  return [isReady ? 200 : 503, { ...naming, ready: isReady }];
}

function json(status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}

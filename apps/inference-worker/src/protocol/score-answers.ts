import { MillraceError } from '@millrace/contracts';
import type { HttpAnswer, HttpRequest } from '../http/http-message.ts';
import { describeModel } from '../serving/describe-model.ts';
import { infer } from '../serving/infer.ts';
import type { InferInput, InferSchedule } from '../serving/infer-request.ts';
import type { ServingContext } from '../serving/serving-context.ts';
import type { BodyKind } from './content-type.ts';
import { encodePredictions } from './encode-predictions.ts';
import { JSON_HEADERS } from './json-answer.ts';
import type { TableModel } from './named-columns.ts';
import { ProtocolError } from './protocol-error.ts';
import { readId, readRequestParameters } from './request-parts.ts';
import { inputsOfInstances, inputsOfScoring } from './score-body.ts';

/** Which model a body of rows is for, and who asks. */
export interface ScoreTarget {
  readonly endpoint: string;
  readonly version: string | undefined;
  readonly token: string | undefined;
}

/** Answers `{"instances": [row, …]}` with `{"predictions": […]}`. `id` and `parameters` may stand beside the instances, as in an infer request. */
export async function answerInstances(
  context: ServingContext,
  target: ScoreTarget,
  { body, client }: { readonly body: Readonly<Record<string, unknown>>; readonly client: HttpRequest['client'] },
): Promise<HttpAnswer> {
  const { priority, timeoutMicroseconds, routingKey } = readRequestParameters(body['parameters']);
  const id = readId(body['id']);
  const inputs = inputsOfInstances(tableModel(context, target), body);
  return predict(context, { ...target, id, inputs, client, priority, timeoutMicroseconds, routingKey });
}

/** Answers a body of MLflow's scoring protocol with `{"predictions": […]}`. */
export async function answerScoring(
  context: ServingContext,
  target: ScoreTarget,
  { request, kind }: { request: HttpRequest; kind: BodyKind },
): Promise<HttpAnswer> {
  const inputs = inputsOfScoring(tableModel(context, target), request.body, kind);
  return predict(context, { ...target, id: undefined, inputs, client: request.client });
}

/** The endpoint that a path without one is for: the one that the query names, or the only one that the caller may use. Throws a 400 where there are more. */
export function scoredEndpoint(context: ServingContext, query: string, token: string | undefined): string {
  const named = new URLSearchParams(query).get('endpoint');
  if (named !== null) return named;
  const names = context.routes.all().flatMap(({ name }) => (context.access.allows(token, name) ? [name] : []));
  const [only, ...more] = names;
  if (only === undefined) {
    context.access.require(token, '');
    throw new MillraceError('NOT_FOUND', 'this node serves no endpoint');
  }
  if (more.length > 0)
    throw new ProtocolError(400, `this node serves more than one endpoint; name one, as in /invocations?endpoint=${encodeURIComponent(only)}`);
  return only;
}

function tableModel(context: ServingContext, { endpoint, version, token }: ScoreTarget): TableModel {
  const { inputs, served } = describeModel(context, endpoint, version, token);
  return { inputs, features: served?.assigned.signature.features ?? [] };
}

interface Prediction extends ScoreTarget, InferSchedule {
  readonly id: string | undefined;
  readonly inputs: readonly InferInput[];
  readonly client: HttpRequest['client'];
}

async function predict(context: ServingContext, request: Prediction): Promise<HttpAnswer> {
  const result = await infer(context, { ...request, requestedOutputs: undefined });
  return { status: 200, headers: JSON_HEADERS, body: encodePredictions(result), afterwards: result.afterwards };
}

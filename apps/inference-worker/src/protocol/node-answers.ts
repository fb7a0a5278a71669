import { MillraceError } from '@millrace/contracts';
import type { HttpAnswer } from '../http/http-message.ts';
import { METRICS_CONTENT_TYPE } from '../metrics/text-format.ts';
import { describeModel, isModelReady } from '../serving/describe-model.ts';
import { findEndpoint, findNamedVersion, servedVersions } from '../serving/find-model.ts';
import type { ServerMetadata } from '../serving/server-metadata.ts';
import type { ServingContext } from '../serving/serving-context.ts';
import { encodeStatistics } from './encode-statistics.ts';
import { json } from './json-answer.ts';
import type { ModelRoute, NodeRoute } from './match-route.ts';
import { modelConfigOf } from './model-config.ts';
import { modelMetadataOf } from './model-metadata.ts';
import { ProtocolError } from './protocol-error.ts';

/** What GET answers work with. */
export interface AnswerSource {
  readonly context: ServingContext;
  readonly metadata: ServerMetadata;
  readonly token: string | undefined;
}

/** Answers what is asked about the node. Throws 404 where this node has no metrics. */
export function answerNode({ context, metadata, token }: AnswerSource, kind: NodeRoute['kind']): HttpAnswer {
  switch (kind) {
    case 'server':
      return json(200, metadata);
    case 'live':
      return json(200, { live: true });
    case 'taken-up':
      return ready(context.isTakenUp(), {});
    case 'ready':
    case 'ping':
      return ready(context.isReady(), context.predictionLog === undefined ? {} : { predictionLog: context.predictionLog() });
    case 'version':
      return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: metadata.version };
    case 'metrics':
      if (context.metrics === undefined) throw new ProtocolError(404, 'this node keeps no metrics');
      return { status: 200, headers: { 'content-type': METRICS_CONTENT_TYPE }, body: context.metrics() };
    case 'all-statistics':
      return json(200, allStatistics(context, token));
    default:
      throw new MillraceError('INTERNAL', `no answer for ${kind}`);
  }
}

/** Answers what is asked about an endpoint or one version of it. Throws as `describeModel` does. */
export function answerModel({ context, token }: AnswerSource, { kind, endpoint, version }: ModelRoute): HttpAnswer {
  switch (kind) {
    case 'model':
      return json(200, modelMetadataOf(describeModel(context, endpoint, version, token)));
    case 'model-ready':
    case 'predict-ready':
      return ready(isModelReady(context, endpoint, version, token), { name: endpoint });
    case 'model-configuration':
      return json(200, modelConfigOf(describeModel(context, endpoint, version, token), findEndpoint(context, endpoint, token).ensemble));
    case 'model-statistics': {
      const route = findEndpoint(context, endpoint, token);
      const versions = version === undefined ? servedVersions(context, route) : [findNamedVersion(context, route, version)];
      return json(200, encodeStatistics(versions.map((served) => ({ endpoint, served }))));
    }
    default:
      throw new MillraceError('INTERNAL', `no answer for ${kind}`);
  }
}

function allStatistics(context: ServingContext, token: string | undefined): object {
  const endpoints = context.routes.all().filter(({ name }) => context.access.allows(token, name));
  return encodeStatistics(endpoints.flatMap((endpoint) => servedVersions(context, endpoint).map((served) => ({ endpoint: endpoint.name, served }))));
}

function ready(isReady: boolean, naming: object): HttpAnswer {
  return json(isReady ? 200 : 503, { ...naming, ready: isReady });
}

import type { HttpAnswer, HttpRequest } from '../http/http-message.ts';
import { bearerToken } from '../serving/access-table.ts';
import { describeModel } from '../serving/describe-model.ts';
import { findEndpoint } from '../serving/find-model.ts';
import { infer } from '../serving/infer.ts';
import { serverMetadata, type ServerMetadata } from '../serving/server-metadata.ts';
import type { ServingContext } from '../serving/serving-context.ts';
import { bodyKindOf } from './content-type.ts';
import { cutShort } from './cut-short.ts';
import type { InferBody } from './infer-body.ts';
import { InferDecoder, JSON_LENGTH_HEADER } from './infer-decoder.ts';
import { Decompressor } from './decompressor.ts';
import { InferEncoder } from './infer-encoder.ts';
import { json } from './json-answer.ts';
import { matchRoute, type ModelRoute, type Route } from './match-route.ts';
import { indexRepository, requireRepository, type IndexEntry, type ModelRepository } from './model-repository.ts';
import { answerModel, answerNode } from './node-answers.ts';
import { checkNesting, parseJson } from './parse-json.ts';
import { ProtocolError } from './protocol-error.ts';
import { isObject } from './request-parts.ts';
import { parseRowsJson } from './score-body.ts';
import { answerInstances, answerScoring, scoredEndpoint, type ScoreTarget } from './score-answers.ts';

/** What the protocol is spoken for. */
export interface RestOptions {
  readonly context: ServingContext;
  /** Told about answers that are our fault. */
  readonly onFault: (error: unknown) => void;
  /** Where callers may load and unload versions; nothing: they may not. */
  readonly repository?: ModelRepository | undefined;
  /** What a compressed body may grow to; nothing: 32 MiB. */
  readonly maximumBodyBytes?: number | undefined;
}

/** A body of rows instead of tensors. */
type RowsBody = Readonly<Record<string, unknown>> & { readonly instances: unknown };

const REMEMBERED_ROUTES = 1000;
const DEFAULT_MAXIMUM_BODY_BYTES = 32 * 2 ** 20;

/** The Open Inference Protocol over HTTP, with its extensions, and the scoring protocols of MLflow and KServe's first version. */
export class RestProtocol {
  private readonly options: RestOptions;
  private readonly metadata: ServerMetadata;
  private readonly decoder = new InferDecoder();
  private readonly encoder = new InferEncoder();
  private readonly decompressor: Decompressor;
  private readonly inferRoutes = new Map<string, ModelRoute>();

  constructor(options: RestOptions) {
    this.options = options;
    this.decompressor = new Decompressor(options.maximumBodyBytes ?? DEFAULT_MAXIMUM_BODY_BYTES);
    this.metadata = serverMetadata({ modelRepository: options.repository !== undefined });
  }

  /** Answers one request. Never rejects. */
  async answer(request: HttpRequest): Promise<HttpAnswer> {
    try {
      const route = this.routeOf(request);
      if (route.kind === 'options') return { status: 204, headers: { allow: route.allow }, body: '' };
      const token = bearerToken(request.headers.get('authorization'));
      if (request.method === 'POST') return await this.answerPost(request, route, token);
      const source = { context: this.options.context, metadata: this.metadata, token };
      return 'endpoint' in route ? answerModel(source, route) : answerNode(source, route.kind);
    } catch (thrown) {
      const error = ProtocolError.from(thrown);
      if (error.status === 500) this.options.onFault(thrown);
      return json(error.status, { error: cutShort(error.message) }, error.headers);
    }
  }

  /** Clients ask for the same few models again and again. */
  private routeOf({ method, path }: HttpRequest): Route {
    const known = method === 'POST' ? this.inferRoutes.get(path) : undefined;
    if (known !== undefined) return known;
    const route = matchRoute(method, path);
    if (route.kind === 'infer') {
      if (this.inferRoutes.size >= REMEMBERED_ROUTES) this.inferRoutes.clear();
      this.inferRoutes.set(path, route);
    }
    return route;
  }

  private answerPost(request: HttpRequest, asked: Route, token: string | undefined): Promise<HttpAnswer> | HttpAnswer {
    // Before the body is read, which costs more.
    const route = asked.kind === 'invocations' ? scoreRoute(this.options.context, request.query, token) : asked;
    if ('endpoint' in route) this.options.context.access.require(token, route.endpoint);
    const encoding = request.headers.get('content-encoding');
    return encoding === undefined ? this.answerPlain(request, route, token) : this.answerCompressed(request, { route, token, encoding });
  }

  private async answerCompressed(
    request: HttpRequest,
    { route, token, encoding }: { readonly route: Route; readonly token: string | undefined; readonly encoding: string },
  ): Promise<HttpAnswer> {
    const { method, path, query, headers, client } = request;
    const body = await this.decompressor.decompress({ body: request.body, encoding, client });
    return this.answerPlain({ method, path, query, headers, body, client }, route, token);
  }

  private answerPlain(request: HttpRequest, route: Route, token: string | undefined): Promise<HttpAnswer> | HttpAnswer {
    const kind = bodyKindOf(request.headers);
    if (!('endpoint' in route)) return json(200, this.indexRepository(request.body, token));
    const target = { endpoint: route.endpoint, version: route.version, token };
    if (route.kind === 'score') return answerScoring(this.options.context, target, { request, kind });
    if (kind === 'csv') throw new ProtocolError(415, 'content-type "text/csv" is for invocations; send "application/json"');
    if (route.kind === 'infer') return this.infer(request, target);
    if (route.kind === 'predict') return answerInstances(this.options.context, target, { body: parseRowsJson(request.body), client: request.client });
    return this.changeRepository(request.body, route, token);
  }

  private indexRepository(body: Buffer, token: string | undefined): readonly IndexEntry[] {
    const repository = requireRepository(this.options.repository);
    return indexRepository(this.options.context, repository, { token, readyOnly: bodyOf(body)['ready'] === true });
  }

  private async infer(request: HttpRequest, target: ScoreTarget): Promise<HttpAnswer> {
    const { context } = this.options;
    const body = this.decode(request, target);
    if ('instances' in body) return answerInstances(context, target, { body, client: request.client });
    const result = await infer(context, {
      endpoint: target.endpoint,
      version: target.version,
      token: target.token,
      id: body.id,
      inputs: body.inputs,
      requestedOutputs: body.outputs?.map(({ name }) => name),
      client: request.client,
      priority: body.priority,
      timeoutMicroseconds: body.timeoutMicroseconds,
      routingKey: body.routingKey,
    });
    return this.encoder.encode(result, body);
  }

  /** An infer request, or what a body of rows holds. */
  private decode({ headers, body }: HttpRequest, target: ScoreTarget): InferBody | RowsBody {
    const { context } = this.options;
    const jsonLength = headers.get(JSON_LENGTH_HEADER);
    try {
      return this.decoder.decode(body, jsonLength, () => describeModel(context, target.endpoint, target.version, target.token));
    } catch (thrown) {
      if (jsonLength !== undefined || !body.includes('"instances"')) throw thrown;
      const rows = parseRowsJson(body);
      if (Object.hasOwn(rows, 'inputs') || !Object.hasOwn(rows, 'instances')) throw thrown;
      return rows as RowsBody;
    }
  }

  private async changeRepository(body: Buffer, { kind, endpoint }: ModelRoute, token: string | undefined): Promise<HttpAnswer> {
    const repository = requireRepository(this.options.repository);
    const { parameters } = bodyOf(body);
    if (kind === 'load' && isObject(parameters) && Object.keys(parameters).length > 0)
      throw new ProtocolError(400, 'a model is loaded as it was assigned to this node: "config" and "file:" parameters are not taken');
    const { traffic } = findEndpoint(this.options.context, endpoint, token);
    for (const { modelVersionId } of traffic) await (kind === 'load' ? repository.loadNow(modelVersionId) : repository.unloadNow(modelVersionId));
    return json(200, {});
  }
}

/** Where a body of rows goes whose path names no endpoint. */
function scoreRoute(context: ServingContext, query: string, token: string | undefined): ModelRoute {
  return { kind: 'score', endpoint: scoredEndpoint(context, query, token), version: undefined };
}

/** The body of a repository request, which may be empty. */
function bodyOf(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  const parsed = parseJson(body);
  checkNesting(parsed);
  if (!isObject(parsed)) throw new ProtocolError(400, 'the body must be a JSON object');
  return parsed;
}

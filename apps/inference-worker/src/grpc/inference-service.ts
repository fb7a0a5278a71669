import type { PackageDefinition } from '@grpc/proto-loader';
import { MillraceError } from '@millrace/contracts';
import { encodeStatistics } from '../protocol/encode-statistics.ts';
import { modelConfigOf } from '../protocol/model-config.ts';
import { modelMetadataOf } from '../protocol/model-metadata.ts';
import { indexRepository, requireRepository, type ModelRepository } from '../protocol/model-repository.ts';
import { bearerToken } from '../serving/access-table.ts';
import { describeModel, isModelReady } from '../serving/describe-model.ts';
import { findEndpoint, findNamedVersion, servedVersions } from '../serving/find-model.ts';
import { serverMetadata } from '../serving/server-metadata.ts';
import type { ServingContext } from '../serving/serving-context.ts';
import { callErrorOf } from './call-error.ts';
import { onlyOne, unaryMethod, type Call, type CallMethod, type CallMethods } from './call-method.ts';
import { GRPC_STATUS } from './grpc-status.ts';
import { encodeStreamAnswer, encodeStreamError, InferAnswerEncoder } from './infer-answer.ts';
import { answerInfer } from './infer-call.ts';
import { idOf } from './infer-message.ts';
import { INFERENCE_SERVICE, methodOf } from './service-definition.ts';

/** What the calls are answered with. */
export interface InferenceServiceOptions {
  readonly context: ServingContext;
  /** Where callers may load and unload versions; nothing: they may not. */
  readonly repository?: ModelRepository | undefined;
  /** Told about answers that are our fault. */
  readonly onFault: (error: unknown) => void;
}

interface NamedModel {
  readonly name: string;
  readonly version: string;
}
interface RepositoryCall {
  readonly model_name: string;
  readonly parameters: object;
}

/** The calls of `inference.GRPCInferenceService`. */
export class InferenceService {
  private readonly options: InferenceServiceOptions;
  private readonly encoder = new InferAnswerEncoder();

  constructor(options: InferenceServiceOptions) {
    this.options = options;
  }

  /** The methods by their path. */
  methods(definitions: PackageDefinition): CallMethods {
    const { context, repository } = this.options;
    const answers = {
      ServerLive: () => ({ live: true }),
      ServerReady: () => ({ ready: context.isReady() }),
      ModelReady: ({ name, version }: NamedModel, token) => ({ ready: isModelReady(context, name, given(version), token) }),
      ServerMetadata: () => serverMetadata({ modelRepository: repository !== undefined }),
      ModelMetadata: ({ name, version }: NamedModel, token) => modelMetadataOf(describeModel(context, name, given(version), token)),
      ModelConfig: ({ name, version }: NamedModel, token) => ({
        config: modelConfigOf(describeModel(context, name, given(version), token), findEndpoint(context, name, token).ensemble),
      }),
      ModelStatistics: (request: NamedModel, token) => this.statistics(request, token),
      RepositoryIndex: ({ ready }: { readonly ready: boolean }, token) => ({
        models: indexRepository(context, requireRepository(this.options.repository), { token, readyOnly: ready }),
      }),
      RepositoryModelLoad: (request: RepositoryCall, token) => this.load(request, token),
      RepositoryModelUnload: (request: RepositoryCall, token) => this.unload(request, token),
    } satisfies Readonly<Record<string, (request: never, token: string | undefined) => object | Promise<object>>>;
    const methods = new Map<string, CallMethod>();
    for (const [name, answer] of Object.entries(answers)) {
      const definition = methodOf(definitions, INFERENCE_SERVICE, name);
      methods.set(
        definition.path,
        unaryMethod(definition, (request: never, { authorization }) => answer(request, bearerToken(authorization))),
      );
    }
    methods.set(methodOf(definitions, INFERENCE_SERVICE, 'ModelInfer').path, (requests, call) => this.answerOne(requests, call));
    methods.set(methodOf(definitions, INFERENCE_SERVICE, 'ModelStreamInfer').path, (requests, call) => this.answerStream(requests, call));
    return methods;
  }

  private async *answerOne(requests: AsyncIterable<Buffer>, call: Call): AsyncIterable<Buffer> {
    const { bytes, afterwards } = await this.answerMessage(await onlyOne(requests), call);
    try {
      yield bytes;
    } finally {
      afterwards();
    }
  }

  /** Each message in turn; one that fails does not end the stream. */
  private async *answerStream(requests: AsyncIterable<Buffer>, call: Call): AsyncIterable<Buffer> {
    for await (const request of requests) {
      let answer: Awaited<ReturnType<typeof answerInfer>>;
      try {
        answer = await this.answerMessage(request, call);
      } catch (thrown) {
        const error = callErrorOf(thrown);
        if (error.code === GRPC_STATUS.internal) this.options.onFault(thrown);
        yield encodeStreamError(error.details, idOf(request));
        continue;
      }
      try {
        yield encodeStreamAnswer(answer.bytes);
      } finally {
        answer.afterwards();
      }
    }
  }

  private answerMessage(request: Buffer, call: Call): ReturnType<typeof answerInfer> {
    return answerInfer({ context: this.options.context, encoder: this.encoder }, request, call);
  }

  private statistics({ name, version }: NamedModel, token: string | undefined): object {
    const { context } = this.options;
    const endpoints =
      name === '' ? context.routes.all().filter((endpoint) => context.access.allows(token, endpoint.name)) : [findEndpoint(context, name, token)];
    const versions = endpoints.flatMap((endpoint) =>
      (version === '' ? servedVersions(context, endpoint) : [findNamedVersion(context, endpoint, version)]).map((served) => ({
        endpoint: endpoint.name,
        served,
      })),
    );
    return encodeStatistics(versions);
  }

  private async load({ model_name: name, parameters }: RepositoryCall, token: string | undefined): Promise<object> {
    const repository = requireRepository(this.options.repository);
    if (Object.keys(parameters).length > 0)
      throw new MillraceError('BAD_INPUT', 'a model is loaded as it was assigned to this node: "config" and "file:" parameters are not taken');
    for (const { modelVersionId } of findEndpoint(this.options.context, name, token).traffic) await repository.loadNow(modelVersionId);
    return {};
  }

  private async unload({ model_name: name }: RepositoryCall, token: string | undefined): Promise<object> {
    const repository = requireRepository(this.options.repository);
    for (const { modelVersionId } of findEndpoint(this.options.context, name, token).traffic) await repository.unloadNow(modelVersionId);
    return {};
  }
}

/** An empty text is none in protobuf. */
function given(text: string): string | undefined {
  return text === '' ? undefined : text;
}

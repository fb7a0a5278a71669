import {
  status,
  type handleBidiStreamingCall,
  type handleUnaryCall,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { once } from 'node:events';
import { MillraceError } from '@millrace/contracts';
import { encodeStatistics } from '../protocol/encode-statistics.ts';
import { indexRepository, type ModelRepository } from '../protocol/model-repository.ts';
import { bearerToken } from '../serving/access-table.ts';
import { describeModel, isModelReady } from '../serving/describe-model.ts';
import { findEndpoint, findNamedVersion, servedVersions } from '../serving/find-model.ts';
import { serverMetadata } from '../serving/server-metadata.ts';
import type { ServingContext } from '../serving/serving-context.ts';
import { callErrorOf } from './call-error.ts';
import { encodeStreamAnswer, encodeStreamError, InferAnswerEncoder } from './infer-answer.ts';
import { answerInfer, type InferCall } from './infer-call.ts';
import { idOf } from './infer-message.ts';
import { modelConfigOf } from '../protocol/model-config.ts';

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

  /** The handlers by method. */
  implementation(): UntypedServiceImplementation {
    const { context, repository } = this.options;
    return {
      ServerLive: this.unary(() => ({ live: true })),
      ServerReady: this.unary(() => ({ ready: context.isReady() })),
      ModelReady: this.unary(({ name, version }: NamedModel, token) => ({ ready: isModelReady(context, name, given(version), token) })),
      ServerMetadata: this.unary(() => serverMetadata({ modelRepository: repository !== undefined })),
      ModelMetadata: this.unary(({ name, version }: NamedModel, token) => describeModel(context, name, given(version), token)),
      ModelConfig: this.unary(({ name, version }: NamedModel, token) => ({
        config: modelConfigOf(describeModel(context, name, given(version), token), findEndpoint(context, name, token).ensemble),
      })),
      ModelStatistics: this.unary((request: NamedModel, token) => this.statistics(request, token)),
      RepositoryIndex: this.unary(({ ready }: { readonly ready: boolean }, token) => ({
        models: indexRepository(context, this.repository(), { token, readyOnly: ready }),
      })),
      RepositoryModelLoad: this.unary((request: RepositoryCall, token) => this.load(request, token)),
      RepositoryModelUnload: this.unary((request: RepositoryCall, token) => this.unload(request, token)),
      ModelInfer: this.modelInfer,
      ModelStreamInfer: this.modelStreamInfer,
    };
  }

  private readonly modelInfer: handleUnaryCall<Buffer, Buffer> = (call, callback) => void this.answerOne(call, callback);

  private readonly modelStreamInfer: handleBidiStreamingCall<Buffer, Buffer> = (call) => void this.answerStream(call);

  private async answerOne(call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): Promise<void> {
    try {
      const { bytes, afterwards } = await answerInfer({ context: this.options.context, encoder: this.encoder }, call.request, inferCallOf(call));
      callback(null, bytes);
      afterwards();
    } catch (thrown) {
      callback(this.errorOf(thrown));
    }
  }

  /** Each message in turn; one that fails does not end the stream. */
  private async answerStream(call: ServerDuplexStream<Buffer, Buffer>): Promise<void> {
    const caller = inferCallOf(call);
    try {
      for await (const request of call as AsyncIterable<Buffer>) await this.answerMessage(call, request, caller);
      call.end();
    } catch (thrown) {
      // The stream has ended on the way: there is nobody to tell but the client's library.
      call.destroy(Object.assign(new Error('the stream has failed', { cause: thrown }), callErrorOf(thrown)));
    }
  }

  private async answerMessage(call: ServerDuplexStream<Buffer, Buffer>, request: Buffer, caller: InferCall): Promise<void> {
    let answer: Buffer;
    let afterwards: (() => void) | undefined;
    try {
      const answered = await answerInfer({ context: this.options.context, encoder: this.encoder }, request, caller);
      answer = encodeStreamAnswer(answered.bytes);
      ({ afterwards } = answered);
    } catch (thrown) {
      answer = encodeStreamError(this.errorOf(thrown).details, idOf(request));
    }
    if (!call.write(answer)) await once(call, 'drain');
    afterwards?.();
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
    const repository = this.repository();
    if (Object.keys(parameters).length > 0)
      throw new MillraceError('BAD_INPUT', 'a model is loaded as it was assigned to this node: "config" and "file:" parameters are not taken');
    for (const { modelVersionId } of findEndpoint(this.options.context, name, token).traffic) await repository.loadNow(modelVersionId);
    return {};
  }

  private async unload({ model_name: name }: RepositoryCall, token: string | undefined): Promise<object> {
    const repository = this.repository();
    for (const { modelVersionId } of findEndpoint(this.options.context, name, token).traffic) await repository.unloadNow(modelVersionId);
    return {};
  }

  private repository(): ModelRepository {
    const { repository } = this.options;
    if (repository === undefined)
      throw new MillraceError(
        'FORBIDDEN',
        'the model repository is off on this node: releases decide what it serves; MODEL_REPOSITORY=on lets callers load and unload',
      );
    return repository;
  }

  private unary<Request>(answer: (request: Request, token: string | undefined) => object | Promise<object>): handleUnaryCall<Request, object> {
    return (call, callback) => void this.answerUnary(call, callback, answer);
  }

  private async answerUnary<Request>(
    call: ServerUnaryCall<Request, object>,
    callback: sendUnaryData<object>,
    answer: (request: Request, token: string | undefined) => object | Promise<object>,
  ): Promise<void> {
    try {
      callback(null, await answer(call.request, bearerToken(authorizationOf(call))));
    } catch (thrown) {
      callback(this.errorOf(thrown));
    }
  }

  private errorOf(thrown: unknown): ReturnType<typeof callErrorOf> {
    const error = callErrorOf(thrown);
    if (error.code === status.INTERNAL) this.options.onFault(thrown);
    return error;
  }
}

function inferCallOf(call: ServerUnaryCall<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>): InferCall {
  const deadline = call.getDeadline();
  return {
    authorization: authorizationOf(call),
    deadline: typeof deadline === 'number' ? deadline : deadline.getTime(),
    client: {
      get gone(): boolean {
        return call.cancelled;
      },
    },
  };
}

function authorizationOf({ metadata }: Pick<ServerUnaryCall<unknown, unknown>, 'metadata'>): string | undefined {
  return metadata.get('authorization')[0]?.toString();
}

/** An empty text is none in protobuf. */
function given(text: string): string | undefined {
  return text === '' ? undefined : text;
}

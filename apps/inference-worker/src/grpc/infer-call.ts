import { bearerToken } from '../serving/access-table.ts';
import { infer } from '../serving/infer.ts';
import type { InferRequest, InferResult } from '../serving/infer-request.ts';
import type { ServingContext } from '../serving/serving-context.ts';
import type { FreeBytes, InferAnswerEncoder } from './infer-answer.ts';
import { readInferMessage, type InferMessage } from './infer-message.ts';

/** What a call says beside its message. */
export interface InferCall {
  /** The `authorization` of the metadata. */
  readonly authorization: string | undefined;
  /** Milliseconds since the epoch, or Infinity. */
  readonly deadline: number;
  readonly client: { readonly gone: boolean };
}

/** The answer to a call, and what is to happen after it was handed on. */
export interface InferAnswer {
  readonly bytes: Buffer;
  readonly afterwards: () => void;
}

/** Reads a `ModelInferRequest`, infers, and writes the `ModelInferResponse` between free bytes. Rejects as `infer` does. */
export async function answerInfer(
  { context, encoder }: { readonly context: ServingContext; readonly encoder: InferAnswerEncoder },
  bytes: Buffer,
  call: InferCall,
  free?: FreeBytes,
): Promise<InferAnswer> {
  const token = bearerToken(call.authorization);
  const message = readInferMessage(bytes, (endpoint) => context.access.require(token, endpoint));
  const result: InferResult = await infer(context, requestOf(message, token, call));
  return { bytes: encoder.encode(result, message.outputs, free), afterwards: result.afterwards };
}

function requestOf(message: InferMessage, token: string | undefined, { deadline, client }: InferCall): InferRequest {
  const { endpoint, version, id, inputs, outputs, priority, timeoutMicroseconds, routingKey } = message;
  return {
    token,
    endpoint,
    version,
    id,
    inputs,
    requestedOutputs: outputs?.map(({ name }) => name),
    client,
    priority,
    timeoutMicroseconds: timeoutOf(timeoutMicroseconds, deadline),
    routingKey,
  };
}

/** Nobody waits for an answer after the deadline of the call. 0 means no timeout, as nothing does. */
function timeoutOf(asked: number | undefined, deadline: number): number | undefined {
  if (deadline === Number.POSITIVE_INFINITY) return asked;
  const left = Math.max(1, Math.round((deadline - Date.now()) * 1000));
  return asked === undefined || asked === 0 ? left : Math.min(asked, left);
}

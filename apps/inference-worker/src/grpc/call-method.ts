import { MillraceError } from '@millrace/contracts';
import type { MethodDefinition } from '@grpc/proto-loader';
import type { InferCall } from './infer-call.ts';

/** What a method is told about its call beside the messages. */
export interface Call extends InferCall {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** How a method answers: messages in, messages out, as bytes. What it throws ends the call with a status. */
export type CallMethod = (requests: AsyncIterable<Buffer>, call: Call) => AsyncIterable<Uint8Array>;

/** Methods by their path. */
export type CallMethods = ReadonlyMap<string, CallMethod>;

/** A method that takes one message and gives one. */
export function unaryMethod(definition: MethodDefinition<object, object>, answer: (request: never, call: Call) => object | Promise<object>): CallMethod {
  return async function* answerOnce(requests, call) {
    const request = readMessage(definition, await onlyOne(requests)) as never;
    yield definition.responseSerialize(await answer(request, call));
  };
}

/** A method that takes messages and gives any number of them. */
export function streamMethod<Request>(
  definition: MethodDefinition<object, object>,
  answer: (requests: AsyncIterable<Request>, call: Call) => AsyncIterable<object>,
): CallMethod {
  return async function* answerAll(requests, call) {
    for await (const message of answer(readMessages<Request>(definition, requests), call)) yield definition.responseSerialize(message);
  };
}

/** The one message of a call that takes no more. Throws a `BAD_INPUT` for none and for more. */
export async function onlyOne(requests: AsyncIterable<Buffer>): Promise<Buffer> {
  let only: Buffer | undefined;
  for await (const request of requests) {
    if (only !== undefined) throw new MillraceError('BAD_INPUT', 'this method takes one message, given more');
    only = request;
  }
  if (only === undefined) throw new MillraceError('BAD_INPUT', 'this method takes one message, given none');
  return only;
}

async function* readMessages<Request>(definition: MethodDefinition<object, object>, requests: AsyncIterable<Buffer>): AsyncIterable<Request> {
  for await (const request of requests) yield readMessage(definition, request) as Request;
}

function readMessage({ requestDeserialize }: MethodDefinition<object, object>, bytes: Buffer): object {
  try {
    return requestDeserialize(bytes);
  } catch (error) {
    throw new MillraceError('BAD_INPUT', `the message is not a valid protobuf message: ${error instanceof Error ? error.message : String(error)}`);
  }
}

import { MillraceError } from '@millrace/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { elementCount } from '../engine/tensor/tensor.ts';
import { binaryBody, textBytes } from '../fixtures/binary-body.fixture.ts';
import { good, startFlightServing } from '../fixtures/flight-serving.fixture.ts';
import { below, mutate, oneOf, randomInferText, randomOf, type Random } from '../fixtures/random-infer-body.fixture.ts';
import type { ServingFixture } from '../fixtures/serving.fixture.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { InferDecoder, type ModelInterface } from './infer-decoder.ts';
import { ProtocolError } from './protocol-error.ts';
import { RestProtocol } from './rest-protocol.ts';

let serving: ServingFixture;

beforeAll(async () => {
  serving = await startFlightServing();
});
afterAll(() => serving.close());

interface Message {
  readonly body: Buffer;
  readonly jsonLength: string | undefined;
}

const inputs = [
  { name: 'distance', datatype: 'FP32', shape: [2, 1], parameters: { binary_data_size: 8 } },
  { name: 'origin', datatype: 'BYTES', shape: [2, 1], parameters: { binary_data_size: 14 } },
  { name: 'flight', datatype: 'INT64', shape: [2, 1], data: [1, 2] },
];

/** A request that is right. */
function rightMessage(random: Random): Message {
  if (random() < 0.5)
    return {
      body: Buffer.from(JSON.stringify({ id: 'f', inputs: good, outputs: [{ name: 'score', parameters: { classification: 1 } }] })),
      jsonLength: undefined,
    };
  const { body, headers } = binaryBody({ id: 'f', inputs, parameters: { binary_data_output: true } }, Float32Array.of(1, 2), textBytes('SFO', 'JFK'));
  return { body, jsonLength: headers['inference-header-content-length'] };
}

function broken(random: Random, { body, jsonLength }: Message): Message {
  const changed = mutate(random, body);
  if (jsonLength === undefined || random() < 0.7) return { body: changed, jsonLength };
  return {
    body: random() < 0.5 ? body : changed,
    jsonLength: oneOf(random, ['0', '1', String(Number(jsonLength) + below(random, 9) - 4), String(body.length), 'x', '1e2', '99999999999999999999']),
  };
}

function requestOf({ body, jsonLength }: Message, path = '/v2/models/flights/infer'): HttpRequest {
  const headers = { get: (name: string) => (name === 'inference-header-content-length' ? jsonLength : undefined) };
  return { method: 'POST', path, query: '', headers, body, client: { gone: false } };
}

test('a request that was changed is answered or refused, never a fault of ours', async () => {
  const random = randomOf(3);
  const rest = new RestProtocol({ context: serving.context, onFault: (error) => serving.faults.push(error) });
  const statuses = new Map<number, number>();
  for (let i = 0; i < 3000; i++) {
    const path = oneOf(random, ['/v2/models/flights/infer', '/v2/models/flights/infer', '/v1/models/flights:predict', '/v2/models/flights/invocations']);
    const { status } = await rest.answer(requestOf(broken(random, rightMessage(random)), path));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses.keys()].toSorted((a, b) => a - b)).toEqual([200, 400]);
  expect(statuses.get(200)).toBeGreaterThan(100);
  expect(serving.faults).toEqual([]);
});

test('a tensor that is taken has as many values as its shape says', () => {
  const random = randomOf(4);
  const decoder = new InferDecoder();
  const model: ModelInterface = { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1] }], outputs: [] };
  let taken = 0;
  for (let i = 0; i < 8000; i++) {
    const right = random() < 0.5 ? { body: Buffer.from(randomInferText(random)), jsonLength: undefined } : rightMessage(random);
    const { body, jsonLength } = broken(random, right);
    try {
      for (const { shape, data } of decoder.decode(body, jsonLength, () => model).inputs) {
        expect(data.length).toBe(elementCount(shape));
        taken++;
      }
    } catch (thrown) {
      if (!(thrown instanceof ProtocolError) && !(thrown instanceof MillraceError && thrown.code === 'BAD_INPUT')) throw thrown;
    }
  }
  expect(taken).toBeGreaterThan(500);
});

test('rows that were changed are answered or refused', async () => {
  const random = randomOf(5);
  const rest = new RestProtocol({ context: serving.context, onFault: (error) => serving.faults.push(error) });
  const bodies = [
    { instances: [{ distance: 1, origin: 'SFO', flight: 2 }] },
    { dataframe_split: { columns: ['distance', 'origin', 'flight'], data: [[1, 'SFO', 2]] } },
    { inputs: { distance: [1], origin: ['SFO'], flight: [2] } },
  ].map((body) => Buffer.from(JSON.stringify(body)));
  for (let i = 0; i < 1500; i++) {
    const { status } = await rest.answer(requestOf({ body: mutate(random, oneOf(random, bodies)), jsonLength: undefined }, '/v2/models/flights/invocations'));
    expect([200, 400]).toContain(status);
  }
  expect(serving.faults).toEqual([]);
});

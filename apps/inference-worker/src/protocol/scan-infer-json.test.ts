import { expect, test } from 'vitest';
import { mutate, randomInferText, randomOf } from '../fixtures/random-infer-body.fixture.ts';
import type { InferBody } from './infer-body.ts';
import { decodePlan } from './infer-plan.ts';
import { parseInferPlan } from './parse-infer-json.ts';
import { ProtocolError } from './protocol-error.ts';
import { scanInferJson } from './scan-infer-json.ts';

type Outcome = InferBody | 'not plain' | 'refused';

function outcomeOf(read: () => InferBody | undefined): Outcome {
  try {
    return read() ?? 'not plain';
  } catch (thrown) {
    if (thrown instanceof ProtocolError && thrown.status === 400) return 'refused';
    throw thrown;
  }
}

const byJsonParse = (body: Buffer): Outcome => outcomeOf(() => decodePlan(parseInferPlan(body), undefined));

/** Equal, -0 and NaN included. */
function compare(body: Buffer): Outcome {
  const scanned = outcomeOf(() => scanInferJson(body));
  if (scanned !== 'not plain') expect(scanned, body.toString()).toEqual(byJsonParse(body));
  return scanned;
}

test('what the scanner gives is what JSON.parse gives, for 6,000 random requests', () => {
  const random = randomOf(1);
  const outcomes = Array.from({ length: 6000 }, () => compare(Buffer.from(randomInferText(random))));
  const scanned = outcomes.filter((outcome) => typeof outcome === 'object').length;
  expect(scanned).toBeGreaterThan(2000);
});

test('a body that was changed is never taken for another than JSON.parse takes it for', () => {
  const random = randomOf(2);
  for (let i = 0; i < 6000; i++) compare(mutate(random, Buffer.from(randomInferText(random))));
});

test('numbers of every spelling are plain, and are rounded as JSON.parse and the array round them', () => {
  const texts = ['0', '-0', '0.1', '1e-7', '123456.789', '3.4028234663852886e38', '1.401298464324817e-45', '0.30000000000000004', '5e-46', '1E+2', '16777217'];
  for (const text of texts) {
    const scanned = scanInferJson(Buffer.from(`{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[ ${text} ]}]}`));
    expect(scanned?.inputs[0]?.data, text).toEqual(Float32Array.of(Number(text)));
  }
});

test('64-bit integers are exact at both ends', () => {
  const ends = ['-9223372036854775808', '9223372036854775807', '-1', '0', '-0', '4294967296', '-4294967297', '999999999999999', '1000000000000000'];
  const scanned = scanInferJson(Buffer.from(`{"inputs":[{"name":"x","datatype":"INT64","shape":[${ends.length}],"data":[${ends.join(',')}]}]}`));
  expect(scanned?.inputs[0]?.data).toEqual(BigInt64Array.from(ends, BigInt));
});

test.each(['{"inputs":[]}', '[]', '', '{', '{"inputs":[{}]}', '{"inputs":1}', '{"id":"a","id":"b","inputs":[]}', '\ufeff{}'])(
  '%s is left to the reader that words errors',
  (text) => {
    expect(scanInferJson(Buffer.from(text))).toBeUndefined();
  },
);

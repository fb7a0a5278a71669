import { expect, test } from 'vitest';
import { divisionModel, endlessModel, largestModel } from '../../fixtures/faulty-models.fixture.ts';
import { everyDatatypeModel, flightModel } from '../../fixtures/models.fixture.ts';
import { divide, integers, LEAST, load, releaseVersions, score } from '../../fixtures/process-versions.fixture.ts';
import type { NamedTensors } from '../tensor/tensor.ts';
import { sessionProcessIds } from './process-link.ts';

releaseVersions();

const fours = (rows: number): NamedTensors => ({ x: { datatype: 'FP32', shape: [rows, 4], data: new Float32Array(rows * 4).fill(2) } });

test('a model that traps ends its own process: the node and the other models go on, and it serves again', async () => {
  const [version, other] = [await load(divisionModel(), { maximumBatchRows: 1 }), await load(flightModel(1), { isolation: 'thread' })];
  expect(version.isolation).toBe('process');
  expect(score(await divide(version, 7, 2))).toBe(3n);
  await expect(divide(version, LEAST, -1)).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('SIGFPE') as string });
  await expect(divide(version, 1, 0)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  await expect(divide(version, LEAST, -1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(score(await divide(version, 9, 2))).toBe(4n);
  expect(version.health).toMatchObject({ state: 'running', restarts: 2, lastEnd: { reason: expect.stringContaining('SIGFPE') as string } });
  const inputs: NamedTensors = {
    distance: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(1) },
    origin: { datatype: 'BYTES', shape: [1, 1], data: [''] },
    flight: integers(1),
  };
  expect(score(await other.infer({ inputs, rows: 1 }))).toBe(2);
});

test('a tensor without elements is refused where it would end the process, so that nobody takes the model from others by sending some', async () => {
  const version = await load(largestModel(), { isolation: 'auto' });
  for (let i = 0; i < 10; i++)
    await expect(version.infer({ inputs: fours(0), rows: 0 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: 'input "x" has no elements, and this model takes none: node "score" (TopK) ends its process on them',
    });
  expect(score(await version.infer({ inputs: fours(1), rows: 1 }))).toBe(2);
  expect(version).toMatchObject({ isolation: 'process', health: { state: 'running', restarts: 0 } });
});

test.each(['process', 'thread'] as const)('a run that takes too long in a %s is answered TIMEOUT with its batch, and the next is run', async (isolation) => {
  const version = await load(endlessModel(), { isolation, runTimeoutMilliseconds: 800 });
  const run = (width: number): Promise<NamedTensors> =>
    version.infer({ inputs: { x: { datatype: 'FP32', shape: [1, 1], data: Float32Array.of(1) }, width: integers(width) }, rows: 1 });
  expect(score(await run(1))).toBe(1);
  await expect(run(2500)).rejects.toMatchObject({ code: 'TIMEOUT', fields: { runTimeoutMilliseconds: 800 } });
  expect(score(await run(2))).not.toBeUndefined();
  // A thread cannot be ended: it is left, and what follows is in a process.
  expect(version).toMatchObject({ isolation: 'process', health: { state: 'running', restarts: 1 } });
});

test('a load that takes too long is given up, in whatever it runs, and one that nobody wants any more is ended', async () => {
  const asSynthetic = endlessModel();
  const profile = { rows: 1, features: { width: { kind: 'numeric' as const, edges: [4000], counts: [1], nulls: 0, sum: 1, sumOfSquares: 1, min: 1, max: 1 } } };
  const endless = { ...asSynthetic, version: { ...asSynthetic.version, referenceProfile: profile as never } };
  for (const isolation of ['process', 'thread'] as const)
    await expect(load(endless, { isolation }, { loadTimeoutMilliseconds: 400 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(sessionProcessIds()).toEqual([]);
});

test('every datatype, long texts and large tensors go through the pipe and come back as they were', async () => {
  const version = await load(everyDatatypeModel());
  const rows = 40_000;
  const inputs = Object.fromEntries(
    version.assigned.signature.inputs.map(({ name, datatype }): [string, NamedTensors[string]] => {
      const shape = [rows, 1];
      if (datatype === 'BYTES') return [name, { datatype, shape, data: Array.from({ length: rows }, (_, i) => `row ${i} \u0000 \ud800 €`) }];
      const data = {
        BOOL: () => Uint8Array.from({ length: rows }, (_, i) => i % 2),
        UINT8: () => Uint8Array.from({ length: rows }, (_, i) => i),
        UINT16: () => Uint16Array.from({ length: rows }, (_, i) => i),
        UINT32: () => Uint32Array.from({ length: rows }, (_, i) => i),
        UINT64: () => BigUint64Array.from({ length: rows }, (_, i) => 2n ** 63n + BigInt(i)),
        INT8: () => Int8Array.from({ length: rows }, (_, i) => i),
        INT16: () => Int16Array.from({ length: rows }, (_, i) => -i),
        INT32: () => Int32Array.from({ length: rows }, (_, i) => -i),
        INT64: () => BigInt64Array.from({ length: rows }, (_, i) => -BigInt(i)),
        FP32: () => Float32Array.from({ length: rows }, (_, i) => (i === 3 ? NaN : i / 3)),
        FP64: () => Float64Array.from({ length: rows }, (_, i) => i / 7),
        FP16: () => new Uint16Array(rows),
        BF16: () => new Uint16Array(rows),
      }[datatype]();
      return [name, { datatype, shape, data }];
    }),
  );
  const texts = inputs['bytes']?.data as string[];
  const outputs = await version.infer({ inputs, rows });
  for (const name of Object.keys(inputs).filter((each) => each !== 'bytes')) expect(outputs[`${name}_out`]?.data).toEqual(inputs[name]?.data);
  expect(outputs['bytes_out']?.data).toHaveLength(texts.length);
});

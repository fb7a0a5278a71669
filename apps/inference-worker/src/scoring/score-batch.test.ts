import { expect, test } from 'vitest';
import type { OnnxSession } from '../engine/session/onnx-runtime.ts';
import { SessionFault } from '../engine/session/session-fault.ts';
import { scoreBatch, type FoundOut } from './score-file.ts';
import { scoringColumns } from './scoring-columns.ts';

const ROWS = 100;
const [x, y] = ['x', 'y'].map((name) => ({ name, datatype: 'FP32' as const, shape: [-1, 1] }));
const columns = scoringColumns({ inputs: x === undefined ? [] : [x], outputs: y === undefined ? [] : [y], features: [] }, [
  { name: 'x', type: 'double', nullable: false },
]);

/** Gives what it takes, and fails where `fails` says so. */
function sessionThat(fails: (values: readonly number[]) => boolean): OnnxSession {
  return {
    inputs: [],
    outputs: [],
    run: (inputs) => {
      const values = Array.from(inputs['x']?.data as Float32Array);
      const tensor = { datatype: 'FP32' as const, shape: [values.length, 1], data: Float32Array.from(values) };
      return fails(values)
        ? Promise.reject(new SessionFault('MODEL_INVALID', 'the model failed on these inputs', { isOfInputs: true }))
        : Promise.resolve({ y: tensor });
    },
    release: () => Promise.resolve(),
  };
}

async function score(session: OnnxSession, foundOut: FoundOut = { rowsPerRun: 8, goodRow: undefined }, rows = ROWS): Promise<readonly number[]> {
  const rejected: number[] = [];
  const inputs = [Float32Array.from({ length: rows }, (_, row) => row)];
  await scoreBatch({ session, columns, foundOut, inputs, rows, reject: (row) => rejected.push(row) });
  // What a batch was given may be written over for the next.
  inputs[0]?.fill(3);
  return rejected;
}

test('rows that the model fails on are rejected, those beside them are not', async () => {
  expect(await score(sessionThat((values) => values.includes(3) || values.includes(97)))).toEqual([3, 97]);
});

test('a row that was run is known as it was, whatever became of the memory of its batch', async () => {
  const foundOut: FoundOut = { rowsPerRun: 8, goodRow: undefined };
  const session = sessionThat((values) => values.includes(3));
  expect(await score(session, foundOut)).toEqual([3]);
  expect(await score(session, foundOut)).toEqual([3]);
});

test('a provider that fails in the middle of a batch rejects no row: the run is tried again', async () => {
  let runs = 0;
  await expect(score(sessionThat(() => ++runs > 5))).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
});

test('so does one that has failed since the batch before, however few rows are left', async () => {
  let isBroken = false;
  const session = sessionThat(() => isBroken);
  const foundOut: FoundOut = { rowsPerRun: 8, goodRow: undefined };
  expect(await score(session, foundOut)).toEqual([]);
  isBroken = true;
  await expect(score(session, foundOut, 3)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

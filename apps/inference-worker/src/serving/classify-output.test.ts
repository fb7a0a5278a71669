import { expect, test } from 'vitest';
import { classifyOutput } from './classify-output.ts';

const classify = (rows: number, width: number, classes: number) =>
  classifyOutput('score', { datatype: 'FP32', shape: [rows, width], data: new Float32Array(rows * width) }, { classes, batched: true });

test('an output is classified up to a bound of values and of texts, and refused beyond', () => {
  expect(classify(256, 1000, 1).shape).toEqual([256, 1]);
  expect(() => classify(1, 4_000_000, 1)).toThrow('output "score" holds 4000000 values, of which 1 are asked for by class; expected at most 262144 and 65536');
  expect(() => classify(256, 1000, 1000)).toThrow('of which 256000 are asked for');
});

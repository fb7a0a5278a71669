import { GraphBuilder } from '@millrace/learning';
import { expect, it } from 'vitest';
import { MODEL_SIGNATURE, modelBytes } from '../fixtures/onnx-model.fixture.ts';
import { loadModel } from './load-model.ts';

it('a model says what it declares', async () => {
  expect(await loadModel(modelBytes())).toEqual({ inputs: MODEL_SIGNATURE.inputs, outputs: MODEL_SIGNATURE.outputs });
});

it('a model that ends the process that loads it is refused with the signal, and this one goes on', async () => {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'INT64');
  // ONNX Runtime divides constants when it loads a model.
  const quotient = graph.add('Div', [graph.constant('INT64', [1], [-(2 ** 63)]), graph.constant('INT64', [1], [-1])]);
  graph.output('y', 'INT64', graph.add('Add', [x, quotient]));
  await expect(loadModel(graph.build('trap'))).rejects.toMatchObject({ code: 'MODEL_INVALID', message: expect.stringContaining('SIGFPE') as string });
});

it('a model that is not loaded in time, and one that is cut short, is refused', async () => {
  await expect(loadModel(modelBytes(), { milliseconds: 1 })).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    message: expect.stringContaining('longer than 0.001 s') as string,
  });
  await expect(loadModel(modelBytes().slice(0, 40))).rejects.toMatchObject({ code: 'MODEL_INVALID' });
});

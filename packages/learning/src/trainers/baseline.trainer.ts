import { SCORE_OUTPUT } from '../features.ts';
import { addFeatureInput } from '../onnx/feature-inputs.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { tensorMessage } from '@millrace/onnx-graph';
import { resolveParameters } from '../parameters.ts';
import { priorLogit, sigmoid } from '../sigmoid.ts';
import type { TrainedModel, Trainer, TrainerInput } from '../trainer.ts';

/** Predicts the share of positive labels in the training rows, whatever the row: what any model must beat. */
export const baselineTrainer: Trainer = {
  name: 'baseline',
  space: {},
  train(input, options) {
    const parameters = resolveParameters('baseline', {}, options.parameters);
    const prior = sigmoid(priorLogit(input.train.label));
    options.onProgress?.(1, { prior });
    return constantModel(input, prior, parameters);
  },
};

function constantModel({ features }: TrainerInput, prior: number, parameters: Readonly<Record<string, number>>): TrainedModel {
  return {
    predict: (table) => new Float64Array(table.rows).fill(prior),
    toOnnx() {
      const graph = new GraphBuilder();
      const [first] = features.map((feature) =>
        feature.datatype === 'BYTES' ? graph.input(feature.column.name, 'BYTES') : addFeatureInput(graph, feature, undefined),
      );
      const shape = graph.add('Shape', first === undefined ? [] : [first]);
      const value = { kind: 'tensor', value: tensorMessage('value', 'FP32', [1], [prior]) } as const;
      graph.output(SCORE_OUTPUT, 'FP32', graph.add('ConstantOfShape', [shape], { value }));
      return graph.build('baseline');
    },
    describe: () => ({
      trainer: 'baseline',
      parameters,
      importance: Object.fromEntries(features.map((feature) => [feature.column.name, 0])),
      details: { prior },
    }),
  };
}

import { addEncoding } from '../../category-encoding.ts';
import { SCORE_OUTPUT } from '../../features.ts';
import { addFeatureInput } from '../../onnx/feature-inputs.ts';
import { GraphBuilder, type ValueName } from '../../onnx/graph-builder.ts';
import type { BinnedColumn } from './binned-columns.ts';
import type { BoostedTrees } from './boosted-trees.model.ts';
import { ensembleAttributes } from './ensemble-attributes.ts';

/** The model as a graph: encode each column, join them to a matrix, sum the trees, squash. */
export function exportTrees(learned: BoostedTrees): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder();
  const asColumn = graph.constant('INT64', [2], [-1, 1]);
  const columns = addColumns(graph, learned.binned).map((value) => graph.add('Reshape', [value, asColumn]));
  const matrix = graph.add('Concat', columns, { axis: { kind: 'int', value: 1 } });
  const logits = graph.add('TreeEnsembleRegressor', [matrix], ensembleAttributes(learned), { ml: true });
  const flat = graph.add('Reshape', [logits, graph.constant('INT64', [1], [-1])]);
  graph.output(SCORE_OUTPUT, 'FP32', graph.add('Sigmoid', [flat]));
  return graph.build('gradient-boosted-trees');
}

/** The number that the trees ask for each column; for categories without thresholds, their bin. A feature is one input, however many columns it has. */
function addColumns(graph: GraphBuilder, binned: readonly BinnedColumn[]): ValueName[] {
  const inputs = new Set<string>();
  return binned.map(({ feature, encoding }) => {
    const { name } = feature.column;
    if (inputs.has(name) && encoding !== undefined) return addEncoding(graph, name, encoding);
    inputs.add(name);
    return addFeatureInput(graph, feature, encoding);
  });
}

import { addEncoding, type CategoryEncoding } from '../category-encoding.ts';
import type { Feature } from '../features.ts';
import { ELEMENT_TYPE_CODES } from '@millrace/onnx-graph';
import type { GraphBuilder, ValueName } from './graph-builder.ts';

/** Declares the raw column as an input of the graph and turns it into floats: categories by `encoding`, whole numbers by a cast. */
export function addFeatureInput(graph: GraphBuilder, feature: Feature, encoding: CategoryEncoding | undefined): ValueName {
  const input = graph.input(feature.column.name, feature.datatype);
  if (encoding !== undefined) return addEncoding(graph, input, encoding);
  if (feature.datatype === 'FP32') return input;
  return graph.add('Cast', [input], { to: { kind: 'int', value: ELEMENT_TYPE_CODES.FP32 } });
}

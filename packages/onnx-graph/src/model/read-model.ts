import { malformed, ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { OnnxFunction, OnnxGraph, OnnxModel } from './onnx-model.ts';
import { readFunction } from './read-function.ts';
import { readGraph } from './read-graph.ts';
import { DEFAULT_LIMITS, ReadBudget, type ReadLimits } from './read-limits.ts';
import { readOperatorSet } from './read-operator-set.ts';

/**
 * Reads an ONNX file. Data of tensors are views of `bytes`, so `bytes` must not change while the model is looked at.
 * Throws `MODEL_INVALID` with the reason for what is no ONNX file, and for one beyond the limits: that says nothing about
 * whether ONNX Runtime would run it, only that nothing is known about it.
 */
export function readOnnxModel(bytes: Uint8Array, limits: Partial<ReadLimits> = {}): OnnxModel {
  const budget = new ReadBudget({ ...DEFAULT_LIMITS, ...limits });
  const reader = new ProtobufReader(bytes);
  const opsets = new Map<string, number>();
  const functions: OnnxFunction[] = [];
  let graph: OnnxGraph | undefined;
  let irVersion = 0;
  let producer = '';
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        irVersion = reader.integer();
        break;
      case 2:
        producer = reader.text(budget.limits.nameBytes);
        break;
      case 7:
        if (graph !== undefined) throw malformed('it has two graphs');
        graph = readGraph(reader.message(), budget, 0);
        break;
      case 8:
        readOperatorSet(reader.message(), budget, opsets);
        break;
      case 25:
        functions.push(readFunction(reader.message(), budget));
        break;
      default:
        reader.skip();
    }
  }
  if (graph === undefined) throw malformed('it has no graph');
  return { irVersion, producer, opsets, graph, functions };
}

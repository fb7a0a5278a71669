import { findTrappingOperators, readOnnxModel, type OnnxGraph, type OnnxModel, type OnnxNode } from '@millrace/onnx-graph';
import { readVerifiedArtifact } from '../session/read-artifact.ts';
import type { ModelSource } from '../session/session-messages.ts';

/** What the graph of a model tells before it is loaded. */
export interface Inspection {
  /** Why a session of this model should have a process of its own; undefined where it need not. */
  readonly needsProcess: string | undefined;
}

/**
 * Reads the graph of an artifact. A graph that cannot be read is one of which nothing is known, not an error: ONNX Runtime may run it.
 * It blocks. Throws `ARTIFACT_MISSING` or `ARTIFACT_CORRUPT`.
 */
export function inspectArtifact({ path, digest }: ModelSource): Inspection {
  const bytes = readVerifiedArtifact(path, digest);
  let model: OnnxModel;
  try {
    model = readOnnxModel(bytes);
  } catch (error) {
    return { needsProcess: `its graph cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  const [trap] = findTrappingOperators(model);
  if (trap !== undefined) return { needsProcess: `node "${trap.node}" (${trap.opType}) can end its process: ${trap.reason}` };
  const loop = findLoop([...nodesOf(model.graph), ...model.functions.flatMap(({ nodes }) => nodes)]);
  return { needsProcess: loop === undefined ? undefined : `node "${loop.name || 'Loop'}" (Loop) may run without end, and a thread cannot be ended` };
}

function findLoop(nodes: readonly OnnxNode[]): OnnxNode | undefined {
  return nodes.find(({ opType }) => opType === 'Loop');
}

/** The nodes of a graph and of the graphs within it. */
function nodesOf(graph: OnnxGraph): readonly OnnxNode[] {
  return graph.nodes.flatMap((node) => [node, ...subgraphsOf(node).flatMap(nodesOf)]);
}

function subgraphsOf({ attributes }: OnnxNode): readonly OnnxGraph[] {
  return [...attributes.values()].flatMap((attribute) => {
    if (attribute.kind === 'graph') return [attribute.value];
    return attribute.kind === 'graphs' ? attribute.values : [];
  });
}

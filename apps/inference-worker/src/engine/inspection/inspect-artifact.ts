import { findTrappingOperators, followRows, readOnnxModel, type OnnxGraph, type OnnxModel, type OnnxNode, type RowVerdict } from '@millrace/onnx-graph';
import { readVerifiedArtifact } from '../session/read-artifact.ts';
import type { ModelSource } from '../session/session-messages.ts';

/** What the graph of a model tells before it is loaded. */
export interface Inspection {
  /** Why a session of this model should have a process of its own; undefined where it need not. */
  readonly needsProcess: string | undefined;
  /** Whether requests for it may be joined. */
  readonly rows: RowVerdict;
}

/**
 * Reads the graph of an artifact. A graph that cannot be read is one of which nothing is known, not an error: ONNX Runtime may run it.
 * It blocks. Throws `ARTIFACT_MISSING` or `ARTIFACT_CORRUPT`.
 */
export function inspectArtifact({ path, digest }: ModelSource): Inspection {
  return inspectModel(readVerifiedArtifact(path, digest));
}

/** As `inspectArtifact`, of the bytes of a model. */
export function inspectModel(bytes: Uint8Array): Inspection {
  let model: OnnxModel;
  let rows: RowVerdict;
  try {
    model = readOnnxModel(bytes);
    rows = followRows(model);
  } catch (error) {
    return unreadable(`its graph cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [trap] = findTrappingOperators(model);
  if (trap !== undefined) return { rows, needsProcess: `node "${trap.node}" (${trap.opType}) is to have a process of its own: ${trap.reason}` };
  const loop = findLoop([...nodesOf(model.graph), ...model.functions.flatMap(({ nodes }) => nodes)]);
  return { rows, needsProcess: loop === undefined ? undefined : `node "${loop.name || 'Loop'}" (Loop) may run without end, and a thread cannot be ended` };
}

/** Nothing is known of a graph that was not looked into. */
export function unreadable(reason: string): Inspection {
  return { needsProcess: reason, rows: { proven: false, fault: { node: '', operator: '', reason } } };
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

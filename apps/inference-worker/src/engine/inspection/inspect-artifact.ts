import { findTrappingOperators, followRows, readOnnxModel, type OnnxModel, type RowVerdict, type TrappingOperator } from '@millrace/onnx-graph';
import { readVerifiedArtifact } from '../session/read-artifact.ts';
import type { ModelSource } from '../session/session-messages.ts';

/** What the graph of a model tells before it is loaded. */
export interface Inspection {
  /** Why a session of this model should have a process of its own; undefined where it need not. */
  readonly needsProcess: string | undefined;
  /** Whether made-up inputs could end its process, or keep it for ever. */
  readonly isDangerous: boolean;
  /** Why it takes no tensors without elements; undefined where it may. */
  readonly takesNoEmpty: string | undefined;
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
  const traps = findTrappingOperators(model);
  const [byValues, byEmpty, bySize] = (['VALUES', 'EMPTY_TENSOR', 'SIZE'] as const).map((takes) => traps.find((trap) => trap.takes === takes));
  const trap = byValues ?? byEmpty;
  const needsProcess = trap === undefined ? undefined : because(trap, 'is to have a process of its own');
  return {
    rows,
    isDangerous: byValues !== undefined,
    takesNoEmpty: byEmpty === undefined ? undefined : `node "${byEmpty.node}" (${byEmpty.opType}) ends its process on them`,
    needsProcess: needsProcess ?? (bySize === undefined ? undefined : because(bySize, 'can take all memory of the node')),
  };
}

function because({ node, opType, reason }: TrappingOperator, what: string): string {
  return `node "${node}" (${opType}) ${what}: ${reason}`;
}

/** Nothing is known of a graph that was not looked into. */
export function unreadable(reason: string): Inspection {
  return { needsProcess: reason, isDangerous: true, takesNoEmpty: undefined, rows: { proven: false, fault: { node: '', operator: '', reason } } };
}

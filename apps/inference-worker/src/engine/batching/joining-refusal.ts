import type { ServingOptions, Signature } from '@millrace/contracts';
import type { RowVerdict } from '@millrace/onnx-graph';

/** Why rows of several requests are not even tried together; undefined: they may be. */
export function joiningRefusal({ inputs }: Pick<Signature, 'inputs'>, { batching }: Pick<ServingOptions, 'batching'>, verdict: RowVerdict): string | undefined {
  const fixed = inputs.find(({ shape }) => shape[0] !== -1);
  if (fixed !== undefined) return `input "${fixed.name}" has no open first dimension: [${fixed.shape.join(',')}]`;
  if (inputs.length === 0) return 'the model has no inputs';
  if (verdict.proven || batching === 'declared') return undefined;
  const { node, operator, reason } = verdict.fault;
  return node === '' ? reason : `node "${node}" (${operator}): ${reason}`;
}

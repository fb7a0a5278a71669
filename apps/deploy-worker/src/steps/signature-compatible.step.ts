import { ModelVersion } from '@millrace/db';
import { firstDifference } from '../model/compare-tensors.ts';
import type { ReleaseContext } from './release-context.ts';
import { failed, passed, type StepOutcome } from './step-outcome.ts';

/** Callers of the endpoint notice nothing: the candidate takes exactly the inputs of the live version and gives at least its outputs. */
export async function checkSignatureCompatible({ dataSource, release, candidate }: ReleaseContext): Promise<StepOutcome> {
  const [live] = release.previousTraffic.filter(({ modelVersionId }) => modelVersionId !== candidate.id).toSorted((a, b) => b.weight - a.weight);
  if (live === undefined) return passed('No other version is live, so no caller depends on another signature');
  const { id, signature } = await dataSource.manager.findOneByOrFail(ModelVersion, { id: live.modelVersionId });
  const input = firstDifference(signature.inputs, candidate.signature.inputs, { exact: true });
  const difference = input ?? firstDifference(signature.outputs, candidate.signature.outputs, { exact: false });
  const evidence = { liveModelVersionId: id };
  if (difference === undefined) return passed('Inputs are those of the live version, and its outputs are all there', evidence);
  const side = input === undefined ? 'output' : 'input';
  return failed(`The ${side} "${difference.tensor}" is ${difference.expected} in the live version and ${difference.given} in this one`, {
    ...evidence,
    code: 'SIGNATURE_MISMATCH',
    side,
    ...difference,
  });
}

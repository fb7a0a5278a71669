import { MillraceError, type ErrorCode } from '@millrace/contracts';
import { firstDifference } from '../model/compare-tensors.ts';
import { loadModel } from '../model/load-model.ts';
import type { ReleaseContext } from './release-context.ts';
import { failed, passed, type StepOutcome } from './step-outcome.ts';

const VERDICTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ARTIFACT_MISSING', 'ARTIFACT_CORRUPT', 'MODEL_INVALID', 'BAD_INPUT']);

/** The artifact is in storage with the digest it is known by, becomes a session, and declares the signature of the version. */
export async function checkArtifactLoads({ storage, candidate }: Pick<ReleaseContext, 'storage' | 'candidate'>): Promise<StepOutcome> {
  const evidence = { digest: candidate.artifactDigest };
  try {
    const bytes = await storage.read(candidate.artifactDigest);
    const graph = await loadModel(bytes);
    for (const side of ['inputs', 'outputs'] as const) {
      // Exporters often declare shapes of outputs that the model does not keep; nodes take those that the runtime gives.
      const difference = firstDifference(candidate.signature[side], graph[side], { exact: true, shapes: side === 'inputs' });
      if (difference !== undefined) {
        return failed(
          `The model does not have the signature of its version: ${side} "${difference.tensor}" should be ${difference.expected} and is ${difference.given}`,
          { ...evidence, code: 'SIGNATURE_MISMATCH', side, ...difference },
        );
      }
    }
    return passed(`${bytes.byteLength} bytes with the right digest make a session`, { ...evidence, bytes: bytes.byteLength });
  } catch (error) {
    if (error instanceof MillraceError && VERDICTS.has(error.code)) return failed(error.message, { ...evidence, code: error.code });
    throw error;
  }
}

import { MillraceError } from '@millrace/contracts';
import { withoutZipMaps } from '@millrace/onnx-graph';
import type { ArtifactStore } from '@millrace/storage';

/** The artifact that a version is served from, and what was done to get it. */
export interface ServedArtifact {
  readonly digest: string;
  readonly bytes: number;
  readonly note: string | undefined;
}

/** Larger files are registered as they are: reading them takes memory that the control plane has for its callers. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/**
 * The artifact of a training run as nodes can serve it: a ZipMap at its end is taken out, and what is stored then is another artifact. One
 * that is not there, or cannot be read, stays as it is; the checks of its release say so.
 */
export async function servedArtifact(artifacts: ArtifactStore, artifact: { readonly digest: string; readonly bytes: number }): Promise<ServedArtifact> {
  const asItIs = { ...artifact, note: undefined };
  if (artifact.bytes > LARGEST_BYTES) return asItIs;
  try {
    const changed = withoutZipMaps(await artifacts.read(artifact.digest));
    if (changed === undefined) return asItIs;
    const stored = await artifacts.put(changed.bytes);
    const outputs = changed.outputs.map((name) => `"${name}"`).join(', ');
    const note = `The ZipMap behind ${outputs} was taken out: the output is a matrix with one column for each class. The artifact ${artifact.digest} became ${stored.digest}.`;
    return { digest: stored.digest, bytes: stored.bytes, note };
  } catch (error) {
    if (error instanceof MillraceError && (error.code === 'ARTIFACT_MISSING' || error.code === 'ARTIFACT_CORRUPT' || error.code === 'MODEL_INVALID'))
      return asItIs;
    throw error;
  }
}

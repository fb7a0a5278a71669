import { MillraceError } from '@millrace/contracts';
import type { FilesystemStore } from '@millrace/storage';
import type { ControlPlaneClient } from './control-plane-client.ts';

interface ArtifactSources {
  readonly artifacts: FilesystemStore;
  readonly client: Pick<ControlPlaneClient, 'downloadArtifact'>;
}

/** Puts an artifact on this machine, over a copy that is damaged. Throws `ARTIFACT_CORRUPT` when it arrives damaged. */
export async function downloadArtifact({ artifacts, client }: ArtifactSources, digest: string): Promise<void> {
  const { digest: measured } = await artifacts.put(await client.downloadArtifact(digest));
  if (measured === digest) return;
  throw new MillraceError('ARTIFACT_CORRUPT', `artifact ${digest} was changed or damaged: what the control plane sent has the digest ${measured}`, {
    fields: { digest, measured },
  });
}

/** Uses an artifact on this machine. It is downloaded when it is not there, and once more when its copy turns out to be damaged or lost. */
export async function withLocalArtifact<Result>(sources: ArtifactSources, digest: string, use: (path: string) => Promise<Result>): Promise<Result> {
  const { artifacts } = sources;
  const path = artifacts.path(digest);
  if (!(await artifacts.has(digest))) {
    await downloadArtifact(sources, digest);
    return use(path);
  }
  try {
    return await use(path);
  } catch (error) {
    const { code } = MillraceError.wrap(error);
    if (code !== 'ARTIFACT_CORRUPT' && code !== 'ARTIFACT_MISSING') throw error;
    await downloadArtifact(sources, digest);
    return use(path);
  }
}

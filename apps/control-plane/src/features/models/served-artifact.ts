import { MillraceError } from '@millrace/contracts';
import { withoutZipMaps } from '@millrace/onnx-graph';
import type { ArtifactStore } from '@millrace/storage';
import { Lanes } from '../../admission/lanes.ts';
import type { Work } from '../../context/work.ts';

/** The artifact that a version is served from, and what was done to get it. */
export interface ServedArtifact {
  readonly digest: string;
  readonly bytes: number;
  readonly note: string | undefined;
}

/** Larger files are registered as they are: reading them takes memory that the control plane has for its callers. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** A file is read, and may be written anew, in memory: one after another, and the workspaces in turns. */
const ONE = { atMost: 1, perWorkspace: 1, perToken: 1, waiting: 16, waitingPerToken: 4, seconds: 10 };

/** The artifacts of training runs as nodes can serve them. */
export class ServedArtifacts {
  readonly #artifacts: Pick<ArtifactStore, 'read' | 'put'>;
  readonly #turns = new Lanes({ slots: 1, what: 'The reading of artifacts', lanes: { READING: ONE } });

  constructor(collaborators: { readonly artifacts: Pick<ArtifactStore, 'read' | 'put'> }) {
    this.#artifacts = collaborators.artifacts;
  }

  /**
   * A ZipMap at the end of an artifact is taken out, and what is stored then is another artifact. One that is not there, or cannot be read,
   * stays as it is; the checks of its release say so.
   */
  async of({ caller }: Pick<Work, 'caller'>, artifact: { readonly digest: string; readonly bytes: number }): Promise<ServedArtifact> {
    const asItIs = { ...artifact, note: undefined };
    if (artifact.bytes > LARGEST_BYTES) return asItIs;
    try {
      return (await this.#turns.run('READING', caller, () => this.#withoutZipMaps(artifact.digest))) ?? asItIs;
    } catch (error) {
      if (error instanceof MillraceError && (error.code === 'ARTIFACT_MISSING' || error.code === 'ARTIFACT_CORRUPT' || error.code === 'MODEL_INVALID'))
        return asItIs;
      throw error;
    }
  }

  async #withoutZipMaps(digest: string): Promise<ServedArtifact | undefined> {
    const changed = withoutZipMaps(await this.#artifacts.read(digest));
    if (changed === undefined) return undefined;
    const stored = await this.#artifacts.put(changed.bytes);
    const outputs = changed.outputs.map((name) => `"${name}"`).join(', ');
    const note = `The ZipMap behind ${outputs} was taken out: the output is a matrix with one column for each class. The artifact ${digest} became ${stored.digest}.`;
    return { digest: stored.digest, bytes: stored.bytes, note };
  }
}

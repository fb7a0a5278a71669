import { MillraceError, type AssignedVersion } from '@millrace/contracts';
import type { RunRequest } from './run-request.ts';
import { ServedVersion, type LoadOptions } from './served-version.ts';
import type { NamedTensors } from './tensor.ts';

/** The model versions that are loaded on this node, by id. */
export class InferenceEngine {
  private readonly options: LoadOptions;
  private readonly versions = new Map<string, ServedVersion>();
  private readonly releasing = new Set<Promise<void>>();

  constructor(options: LoadOptions) {
    this.options = options;
  }

  /** Loads a version beside the ones that serve. Loading one that is loaded changes nothing. */
  async load(assigned: AssignedVersion, artifactPath: string): Promise<void> {
    if (this.versions.has(assigned.modelVersionId)) return;
    this.versions.set(assigned.modelVersionId, await ServedVersion.load(assigned, artifactPath, this.options));
  }

  /** Takes a version out of service at once; the returned promise resolves when its last request is answered and its memory released. */
  async unload(modelVersionId: string): Promise<void> {
    const version = this.versions.get(modelVersionId);
    if (version === undefined) return;
    this.versions.delete(modelVersionId);
    const released = version.drainAndRelease();
    this.releasing.add(released);
    await released.finally(() => this.releasing.delete(released));
  }

  find(modelVersionId: string): ServedVersion | undefined {
    return this.versions.get(modelVersionId);
  }

  loaded(): readonly ServedVersion[] {
    return [...this.versions.values()];
  }

  /** Runs one request . Throws `UNAVAILABLE` when the version is not loaded or its queue is full. */
  infer(modelVersionId: string, request: RunRequest): Promise<NamedTensors> {
    const version = this.versions.get(modelVersionId);
    if (version === undefined)
      return Promise.reject(new MillraceError('UNAVAILABLE', `model version ${modelVersionId} is not loaded on this node`, { fields: { modelVersionId } }));
    return version.infer(request);
  }

  /** Answers everything that was submitted, then releases every session. */
  async close(): Promise<void> {
    await Promise.all([...this.versions.keys()].map((id) => this.unload(id)));
    await Promise.all(this.releasing);
  }
}

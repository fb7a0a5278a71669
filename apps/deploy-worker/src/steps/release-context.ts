import type { DataSource, Endpoint, Environment, Lease, ModelVersion, Release } from '@millrace/db';
import type { JobContext } from '@millrace/queue';
import type { ArtifactStore } from '@millrace/storage';

/** How long a release waits for nodes, and how often it looks. */
export interface DeployTiming {
  readonly pollMilliseconds: number;
  /** For a node to be there, and for every node to take up a new generation. */
  readonly nodeTimeoutSeconds: number;
  /** For a node to measure the candidate. */
  readonly measurementTimeoutSeconds: number;
  /** A node that was not heard from for so long does not count. */
  readonly nodeLostSeconds: number;
}

/** What the processor of releases works with. */
export interface DeployServices {
  readonly dataSource: DataSource;
  readonly storage: ArtifactStore;
  readonly timing: DeployTiming;
}

/** One release on its way, as every step sees it. */
export interface ReleaseContext extends DeployServices {
  readonly lease: Lease;
  readonly log: JobContext<'advance-release'>['log'];
  readonly signal: AbortSignal;
  readonly release: Release;
  readonly endpoint: Endpoint;
  readonly environment: Environment;
  readonly candidate: ModelVersion;
}

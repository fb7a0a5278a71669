import type { SerializedError } from '@millrace/contracts';

/** What a node says about one model version that it was assigned, in the node's own words for the state. */
export interface VersionState {
  readonly modelVersionId: string;
  readonly state: string;
  readonly error?: SerializedError;
}

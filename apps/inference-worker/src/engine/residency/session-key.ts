import type { AssignedVersion } from '@millrace/contracts';

/** Options of a version that may change while its sessions run. */
const OF_VERSION = { pinned: null, required: null, responseCacheBytes: null, predictionLogShare: null, predictionLog: null };

/** What a session and its queue are made of: two versions with the same key can share one. */
export function sessionKey({ artifactDigest, signature, serving }: AssignedVersion): string {
  return JSON.stringify([artifactDigest, signature, { ...serving, ...OF_VERSION }]);
}

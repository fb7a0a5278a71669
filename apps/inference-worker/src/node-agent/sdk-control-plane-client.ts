import type { Millrace } from '@millrace/sdk';
import type { ControlPlaneClient } from './control-plane-client.ts';

/** The control plane, reached by the public SDK with the token of a node. */
export function sdkControlPlaneClient(millrace: Millrace): ControlPlaneClient {
  return {
    registerNode: (registration) => millrace.nodes.register(registration),
    heartbeat: (report) => millrace.nodes.heartbeat(report),
    recordPredictionSegment: async (segment) => {
      await millrace.nodes.recordSegment(segment);
    },
    recordMeasurement: ({ environmentAssessmentId, outcome }) =>
      millrace.nodes.recordMeasurement({
        environmentAssessmentId,
        ...(outcome.kind === 'measured' ? { result: { ...outcome.result } } : { error: outcome.error }),
      }),
    uploadArtifact: (content) => millrace.artifacts.put(content),
    downloadArtifact: (digest) => millrace.artifacts.get(digest),
  };
}

import { MillraceError } from '@millrace/contracts';
import { findEndpoint, findNamedVersion, servedVersions, unserved } from '../serving/find-model.ts';
import type { ServingContext } from '../serving/serving-context.ts';

/** Body of `GET /v2`. */
export const SERVER_METADATA = { name: 'millrace', version: '0.1.0', extensions: ['parameters'] } as const;

/** Body of `GET /v2/models/{endpoint}[/versions/{v}]`: the tensors of the named version, or of the one with most traffic. */
export function describeModel(context: ServingContext, endpointName: string, versionName: string | undefined): object {
  const endpoint = findEndpoint(context, endpointName);
  const versions = servedVersions(context, endpoint);
  const served = versionName === undefined ? versions[0] : findNamedVersion(context, endpoint, versionName);
  if (endpoint.traffic.length === 0) throw unserved(endpoint);
  if (served === undefined) throw new MillraceError('UNAVAILABLE', `endpoint "${endpoint.name}" has no loaded model version yet`);
  const { signature } = served.assigned;
  return {
    name: endpoint.name,
    versions: versions.map(({ assigned }) => String(assigned.version)),
    platform: 'onnx_onnxv1',
    inputs: signature.inputs,
    outputs: signature.outputs,
  };
}

/** Whether every version that gets traffic is loaded, or the named one is. */
export function isModelReady(context: ServingContext, endpointName: string, versionName: string | undefined): boolean {
  const endpoint = findEndpoint(context, endpointName);
  if (versionName !== undefined) return findNamedVersion(context, endpoint, versionName) !== undefined;
  const live = endpoint.traffic.filter(({ weight }) => weight > 0);
  return live.length > 0 && live.every(({ modelVersionId }) => context.engine.find(modelVersionId) !== undefined);
}

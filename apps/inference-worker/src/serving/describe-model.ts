import { MillraceError, type TensorSpec } from '@millrace/contracts';
import type { HeldVersion } from '../engine/residency/held-version.ts';
import { ensembleSignature } from './ensemble-signature.ts';
import { findEndpoint, findNamedVersion, servedVersions, unserved } from './find-model.ts';
import type { EndpointRoute } from './route-table.ts';
import type { ServingContext } from './serving-context.ts';

/** What the metadata of a model of the protocol says, whatever the wire. A dimension that varies is -1. */
export interface ModelDescription {
  readonly name: string;
  /** The versions that this node can answer with, most traffic first. None for an ensemble. */
  readonly versions: readonly string[];
  readonly platform: 'onnx_onnxv1' | 'ensemble';
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** The version that is described: the named one, or the one with most traffic. Undefined for an ensemble. */
  readonly served: HeldVersion | undefined;
}

/** What an endpoint takes and gives. Throws `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND` or `UNAVAILABLE`. */
export function describeModel(context: ServingContext, endpointName: string, versionName: string | undefined, token: string | undefined): ModelDescription {
  const endpoint = findEndpoint(context, endpointName, token);
  if (endpoint.ensemble !== null) {
    refuseVersion(endpoint, versionName);
    return { name: endpoint.name, versions: [], platform: 'ensemble', ...ensembleSignature(context, endpoint.ensemble), served: undefined };
  }
  const versions = servedVersions(context, endpoint);
  const served = versionName === undefined ? versions[0] : findNamedVersion(context, endpoint, versionName);
  if (endpoint.traffic.length === 0) throw unserved(endpoint);
  if (served === undefined) throw new MillraceError('UNAVAILABLE', `endpoint "${endpoint.name}" has no loaded model version yet`);
  const { inputs } = served.assigned.signature;
  const { outputs } = served;
  return { name: endpoint.name, versions: versions.map(({ assigned }) => String(assigned.version)), platform: 'onnx_onnxv1', inputs, outputs, served };
}

/** Whether every version that gets traffic can answer, or the named one can. */
export function isModelReady(context: ServingContext, endpointName: string, versionName: string | undefined, token: string | undefined): boolean {
  const endpoint = findEndpoint(context, endpointName, token);
  if (endpoint.ensemble !== null) {
    refuseVersion(endpoint, versionName);
    return endpoint.ensemble.steps.every((step) => answersTraffic(context, context.routes.find(step.endpoint)));
  }
  if (versionName !== undefined) return findNamedVersion(context, endpoint, versionName).canAnswer;
  return answersTraffic(context, endpoint);
}

function answersTraffic(context: ServingContext, endpoint: EndpointRoute | undefined): boolean {
  const live = endpoint?.traffic.filter(({ weight }) => weight > 0) ?? [];
  return live.length > 0 && live.every(({ modelVersionId }) => context.engine.find(modelVersionId)?.canAnswer === true);
}

function refuseVersion(endpoint: EndpointRoute, versionName: string | undefined): void {
  if (versionName !== undefined)
    throw new MillraceError('NOT_FOUND', `endpoint "${endpoint.name}" is an ensemble and has no versions of its own; its steps have`);
}

import { pickVersion } from '@millrace/domain';
import type { ServedVersion } from '../engine/served-version.ts';
import type { EndpointRoute } from '../engine/route-table.ts';
import { ProtocolError, RETRY_SOON } from './protocol-error.ts';
import type { ServingContext } from './serving-context.ts';

/** The route of an endpoint. Throws 404. */
export function findEndpoint(context: ServingContext, name: string): EndpointRoute {
  const endpoint = context.routes.find(name);
  if (endpoint === undefined) throw new ProtocolError(404, `endpoint "${name}" is not served by this node`);
  return endpoint;
}

/** The loaded version that a caller named, by number or by id. Throws 404 when the endpoint has no such version. */
export function findNamedVersion(context: ServingContext, endpoint: EndpointRoute, version: string): ServedVersion {
  const served = servedVersions(context, endpoint).find(({ assigned }) => String(assigned.version) === version || assigned.modelVersionId === version);
  if (served === undefined) throw new ProtocolError(404, `endpoint "${endpoint.name}" has no version "${version}" on this node`);
  return served;
}

/** The loaded version that the traffic split gives to `key`. Throws 503 when the endpoint has no traffic yet or the version is not loaded. */
export function findRoutedVersion(context: ServingContext, endpoint: EndpointRoute, key: string): ServedVersion {
  const modelVersionId = pickVersion(endpoint.traffic, key);
  if (modelVersionId === undefined) throw new ProtocolError(503, `endpoint "${endpoint.name}" has no released model version yet`, RETRY_SOON);
  const served = context.engine.find(modelVersionId);
  if (served === undefined) throw new ProtocolError(503, `model version ${modelVersionId} of endpoint "${endpoint.name}" is not loaded yet`, RETRY_SOON);
  return served;
}

/** The loaded versions of an endpoint, most traffic first. */
export function servedVersions(context: ServingContext, endpoint: EndpointRoute): readonly ServedVersion[] {
  return endpoint.traffic.toSorted((a, b) => b.weight - a.weight).flatMap(({ modelVersionId }) => context.engine.find(modelVersionId) ?? []);
}

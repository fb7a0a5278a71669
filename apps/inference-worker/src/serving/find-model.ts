import { MillraceError } from '@millrace/contracts';
import { pickVersion, servedShare } from '@millrace/domain';
import type { HeldVersion } from '../engine/residency/held-version.ts';
import type { EndpointRoute } from './route-table.ts';
import type { ServingContext } from './serving-context.ts';

/** The route of an endpoint, for a caller who may use it: the one door to every endpoint. Throws `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`, or `UNAVAILABLE` while the node starts. */
export function findEndpoint(context: Pick<ServingContext, 'access' | 'routes'>, name: string, token: string | undefined): EndpointRoute {
  context.access.require(token, name);
  const endpoint = context.routes.find(name);
  if (endpoint === undefined && context.routes.isComing(name))
    throw new MillraceError('UNAVAILABLE', 'this node is still loading what it needs to serve this endpoint; try again');
  if (endpoint === undefined) throw new MillraceError('NOT_FOUND', `endpoint "${name}" is not served by this node`);
  return endpoint;
}

/** The loaded version that a caller named, by number or by id. Throws `NOT_FOUND` when the endpoint has no such version. */
export function findNamedVersion(context: ServingContext, endpoint: EndpointRoute, version: string): HeldVersion {
  const served = servedVersions(context, endpoint).find(({ assigned }) => String(assigned.version) === version || assigned.modelVersionId === version);
  if (served === undefined) throw new MillraceError('NOT_FOUND', `endpoint "${endpoint.name}" has no version "${version}" on this node`);
  return served;
}

/**
 * The loaded version that the traffic split gives to `key`. Throws `UNAVAILABLE` when the version is not loaded yet, and `NOT_FOUND` for a key that
 * no version serves, before or beside a first release: to retry would not help, the caller's fallback does.
 */
export function findRoutedVersion(context: ServingContext, endpoint: EndpointRoute, key: string): HeldVersion {
  const modelVersionId = pickVersion(endpoint.traffic, key);
  if (modelVersionId === undefined) throw unserved(endpoint);
  const served = context.engine.find(modelVersionId);
  if (served === undefined) {
    context.routed.failed(endpoint, modelVersionId);
    throw unloaded(context, endpoint, modelVersionId);
  }
  return served;
}

function unloaded({ failureOf }: ServingContext, { name }: EndpointRoute, modelVersionId: string): MillraceError {
  const failure = failureOf?.(modelVersionId);
  const why = failure === undefined ? 'is not loaded yet' : `cannot be loaded on this node: ${failure.message}`;
  return new MillraceError('UNAVAILABLE', `model version ${modelVersionId} of endpoint "${name}" ${why}`, { fields: { modelVersionId }, cause: failure });
}

/** The answer where no version of an endpoint serves. */
export function unserved({ name, traffic }: EndpointRoute): MillraceError {
  const share = servedShare(traffic);
  const reason = share === 0 ? 'none is released' : `its first release is a canary on ${share} % of the requests`;
  return new MillraceError('NOT_FOUND', `no version of endpoint "${name}" serves this request yet: ${reason}`);
}

/** The loaded versions of an endpoint, most traffic first. */
export function servedVersions(context: ServingContext, endpoint: EndpointRoute): readonly HeldVersion[] {
  return endpoint.traffic.toSorted((a, b) => b.weight - a.weight).flatMap(({ modelVersionId }) => context.engine.find(modelVersionId) ?? []);
}

import { ProtocolError } from './protocol-error.ts';

/** What a path of the protocol asks for. `endpoint` and `version` are decoded. */
export type Route =
  | { readonly kind: 'server' | 'live' | 'ready' }
  | { readonly kind: 'model' | 'model-ready' | 'infer'; readonly endpoint: string; readonly version: string | undefined };

/** Finds the route of a method and a path (with or without a closing slash). Throws 404 for another path, 405 for another method. */
export function matchRoute(method: string, url: string): Route {
  const path = url.split('?', 1)[0] ?? '';
  const route = matchPath(path);
  if (route === undefined) throw new ProtocolError(404, `no such path: ${path}`);
  const allowed = route.kind === 'infer' ? ['POST'] : ['GET', 'HEAD'];
  if (!allowed.includes(method)) throw new ProtocolError(405, `${method} is not allowed here, use ${allowed[0]}`, { allow: allowed.join(', ') });
  return route;
}

function matchPath(path: string): Route | undefined {
  const segments = path.split('/').slice(1).map(decode);
  if (segments.at(-1) === '') segments.pop();
  const [protocol, noun, name, ...rest] = segments;
  if (protocol !== 'v2') return undefined;
  if (noun === undefined) return { kind: 'server' };
  if (noun === 'health' && rest.length === 0 && (name === 'live' || name === 'ready')) return { kind: name };
  if (noun !== 'models' || name === undefined) return undefined;
  const version = rest[0] === 'versions' ? rest[1] : undefined;
  const [action, surplus] = version === undefined ? rest : rest.slice(2);
  if (surplus !== undefined) return undefined;
  if (action === undefined) return { kind: 'model', endpoint: name, version };
  if (action === 'ready') return { kind: 'model-ready', endpoint: name, version };
  return action === 'infer' ? { kind: 'infer', endpoint: name, version } : undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ProtocolError(400, `the path segment ${segment} is not valid percent-encoding`);
  }
}

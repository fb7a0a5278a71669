import { ProtocolError } from './protocol-error.ts';

/** What a path asks for. `endpoint` and `version` are decoded. */
export type Route = NodeRoute | ModelRoute | OptionsRoute;

/** Which methods a path takes, or the node as a whole. */
export interface OptionsRoute {
  readonly kind: 'options';
  readonly allow: string;
}

/** A path about the node as a whole. */
export interface NodeRoute {
  readonly kind: 'server' | 'live' | 'ready' | 'taken-up' | 'all-statistics' | 'metrics' | 'ping' | 'version' | 'repository-index' | 'invocations';
}

/** A path about one endpoint, or one version of it. */
export interface ModelRoute {
  readonly kind: 'model' | 'model-ready' | 'model-configuration' | 'model-statistics' | 'infer' | 'score' | 'predict' | 'predict-ready' | 'load' | 'unload';
  readonly endpoint: string;
  readonly version: string | undefined;
}

const TAKES_POST: ReadonlySet<Route['kind']> = new Set<Route['kind']>(['infer', 'score', 'predict', 'invocations', 'repository-index', 'load', 'unload']);

/** Finds the route of a method and a path (with or without a closing slash). Throws 404 for another path, 405 for another method. */
export function matchRoute(method: string, path: string): Route {
  const route = matchPath(path);
  if (method === 'OPTIONS' && (path === '*' || route !== undefined)) return { kind: 'options', allow: allowOf(route) };
  if (route === undefined) throw new ProtocolError(404, `no such path: ${path.length > 200 ? `${path.slice(0, 200)}…` : path}`);
  const allowed = methodsOf(route);
  if (!allowed.includes(method)) throw new ProtocolError(405, `${method} is not allowed here, use ${allowed[0]}`, { allow: allowed.join(', ') });
  return route;
}

function methodsOf({ kind }: NodeRoute | ModelRoute): readonly string[] {
  return TAKES_POST.has(kind) ? ['POST'] : ['GET', 'HEAD'];
}

/** Of the node as a whole where no route is asked about. */
function allowOf(route: NodeRoute | ModelRoute | undefined): string {
  return [...(route === undefined ? ['GET', 'HEAD', 'POST'] : methodsOf(route)), 'OPTIONS'].join(', ');
}

function matchPath(path: string): NodeRoute | ModelRoute | undefined {
  const segments = path.split('/').slice(1).map(decode);
  if (segments.at(-1) === '') segments.pop();
  const [first, second, ...rest] = segments;
  if (first === 'v2') return second === undefined ? { kind: 'server' } : matchProtocol(second, rest);
  if (first === 'v1' && second === 'models') return matchPredict(rest);
  if (second !== undefined) return undefined;
  return first !== undefined && Object.hasOwn(NODE_PATHS, first) ? NODE_PATHS[first] : undefined;
}

const NODE_PATHS: Readonly<Partial<Record<string, NodeRoute>>> = {
  metrics: { kind: 'metrics' },
  invocations: { kind: 'invocations' },
  ping: { kind: 'ping' },
  health: { kind: 'ping' },
  livez: { kind: 'live' },
  readyz: { kind: 'taken-up' },
  version: { kind: 'version' },
};

function matchProtocol(noun: string, rest: readonly string[]): NodeRoute | ModelRoute | undefined {
  const [name] = rest;
  if (noun === 'health' && rest.length === 1 && (name === 'live' || name === 'ready')) return { kind: name };
  if (noun === 'models') return rest.length === 1 && name === 'stats' ? { kind: 'all-statistics' } : matchModel(rest);
  if (noun !== 'repository') return undefined;
  if (rest.length === 1 && name === 'index') return { kind: 'repository-index' };
  const [models, endpoint, action, surplus] = rest;
  if (models !== 'models' || endpoint === undefined || surplus !== undefined) return undefined;
  return action === 'load' || action === 'unload' ? { kind: action, endpoint, version: undefined } : undefined;
}

const MODEL_ACTIONS: Readonly<Partial<Record<string, ModelRoute['kind']>>> = {
  '': 'model',
  ready: 'model-ready',
  config: 'model-configuration',
  stats: 'model-statistics',
  infer: 'infer',
  invocations: 'score',
};

function matchModel([endpoint, ...rest]: readonly string[]): ModelRoute | undefined {
  if (endpoint === undefined) return undefined;
  const version = rest[0] === 'versions' ? rest[1] : undefined;
  const [action = '', surplus] = version === undefined ? rest : rest.slice(2);
  const kind = Object.hasOwn(MODEL_ACTIONS, action) ? MODEL_ACTIONS[action] : undefined;
  return kind === undefined || surplus !== undefined ? undefined : { kind, endpoint, version };
}

/** `M`, `M:predict`, `M/versions/V:predict`: the first protocol of KServe, which TensorFlow Serving began. */
function matchPredict(segments: readonly string[]): ModelRoute | undefined {
  const last = segments.at(-1) ?? '';
  const predicts = last.endsWith(':predict');
  const [endpoint, versions, version, surplus] = predicts ? [...segments.slice(0, -1), last.slice(0, -':predict'.length)] : segments;
  if (endpoint === undefined || surplus !== undefined) return undefined;
  if (versions !== undefined && (versions !== 'versions' || version === undefined)) return undefined;
  return { kind: predicts ? 'predict' : 'predict-ready', endpoint, version };
}

function decode(segment: string): string {
  try {
    return segment.includes('%') ? decodeURIComponent(segment) : segment;
  } catch {
    throw new ProtocolError(400, `the path segment ${segment} is not valid percent-encoding`);
  }
}

import type { HttpAnswer, HttpHandler, HttpRequest } from './http-message.ts';

const METHODS = 'GET, HEAD, POST, OPTIONS';
const DEFAULT_HEADERS = 'authorization, content-type, inference-header-content-length';
const EXPOSED_HEADERS = 'inference-header-content-length, retry-after';
const ASKED_HEADERS = /^[A-Za-z0-9\-_, ]{1,1000}$/;
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of the listed origins call the handler from a browser; `*` lists all. Without a list, browsers refuse every page of another origin, and the handler
 * is left as it is. Credentials of the browser are never allowed: callers send a token.
 */
export function withCors(origins: readonly string[], handler: HttpHandler): HttpHandler {
  if (origins.length === 0) return handler;
  const listed: ReadonlySet<string> = new Set(origins);
  const all = listed.has('*');
  return (request) => {
    const origin = request.headers.get('origin');
    if (origin === undefined || !(all || listed.has(origin))) return varied(handler(request));
    if (request.method === 'OPTIONS' && request.headers.get('access-control-request-method') !== undefined) return preflight(request, origin);
    return varied(handler(request), { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS });
  };
}

function preflight({ headers }: HttpRequest, origin: string): HttpAnswer {
  const asked = headers.get('access-control-request-headers') ?? '';
  return {
    status: 204,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': ASKED_HEADERS.test(asked) ? asked : DEFAULT_HEADERS,
      'access-control-max-age': String(PREFLIGHT_SECONDS),
      vary: 'origin, access-control-request-headers',
    },
    body: '',
  };
}

/** What is answered depends on the origin, which caches must know. */
function varied(answer: HttpAnswer | Promise<HttpAnswer>, headers: Readonly<Record<string, string>> = {}): HttpAnswer | Promise<HttpAnswer> {
  if (answer instanceof Promise) return answer.then((settled) => varied(settled, headers));
  return { ...answer, headers: { ...answer.headers, ...headers, vary: 'origin' } };
}

/** The header fields of a request; names in lower case. */
export interface HttpHeaders {
  get(name: string): string | undefined;
}

/** The client of a request. `gone` turns true when its connection ends before the answer. */
export interface HttpClient {
  readonly gone: boolean;
}

/** One request, whole. `path` has no query and is not decoded; `query` is what follows the `?`, or empty. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: HttpHeaders;
  readonly body: Buffer;
  readonly client: HttpClient;
}

/** A body that is made while it goes out. Its pieces are made one by one, each in a turn of the event loop, and only as fast as the client takes them. */
export interface PiecewiseBody {
  readonly pieces: Iterable<string>;
}

/** What can be sent at once. */
export type WholeBody = string | Uint8Array | readonly (string | Uint8Array)[];

/** Whether a body is made while it goes out. */
export function isPiecewise(body: WholeBody | PiecewiseBody): body is PiecewiseBody {
  return typeof body === 'object' && 'pieces' in body;
}

/** One answer. Parts of the body go out in order, without being joined first. */
export interface HttpAnswer {
  readonly status: number;
  /** Without `content-length`, `connection` and `date`, which are the server's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: WholeBody | PiecewiseBody;
  /** Called after the answer was handed to the socket. */
  readonly afterwards?: (() => void) | undefined;
}

/** Answers requests. A rejection is a fault of ours and is answered with 500. */
export type HttpHandler = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;

import { MillraceError } from '@millrace/contracts';
import type { CallOptions, RetryOptions } from '../options.ts';
import type { Http } from '../transport/http.ts';
import { newIdempotencyKey } from '../transport/idempotency-key.ts';
import { retry } from '../transport/retry.ts';
import { errorFromStatus } from '../transport/server-error.ts';
import { tensorsOf, type Columns, type Events } from './columns.ts';
import type { EndpointMetadata, InferRequest, InferResponse, TensorValue } from './protocol.ts';

/**
 * Which events the rows are, which outputs are wanted, and how the call is made.
 *
 * @example
 * ```ts
 * import type { PredictOptions } from '@millrace/sdk';
 * const options: PredictOptions = { eventIds: ['UA-16'], eventTimes: [new Date()], outputs: ['probability'] };
 * ```
 */
export interface PredictOptions extends Events, Pick<CallOptions, 'signal'> {
  readonly outputs?: readonly string[];
}

/**
 * Predictions for the rows of one call, by output name. All rows were answered by one model version.
 *
 * @example
 * ```ts
 * import { Millrace, type Prediction } from '@millrace/sdk';
 * const millrace = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' });
 * const prediction: Prediction = await millrace.predict('late-flights', { origin: ['SFO'], distance: [2176] });
 * console.log(prediction.outputs['probability']?.[0], prediction.modelVersion);
 * ```
 */
export interface Prediction {
  readonly id: string;
  readonly modelVersion: string;
  readonly modelVersionId: string | undefined;
  readonly outputs: Readonly<Record<string, readonly TensorValue[]>>;
}

/**
 * A client of the Open Inference Protocol (REST). An endpoint is its name, or a URL: the base of a node plus `/v2/models/{name}`.
 * Calls go round the nodes of a name; one that cannot be reached or answers 503 is retried on the next. A retry after a
 * lost answer may log the same event twice under one event id.
 *
 * @example
 * ```ts
 * import { Millrace, type InferenceClient } from '@millrace/sdk';
 * const client: InferenceClient = new Millrace({ url: 'http://127.0.0.1:4000', token: 'mlr_…' }).inference;
 * const { inputs } = await client.metadata('late-flights');
 * ```
 */
export class InferenceClient {
  readonly #http: Http;
  readonly #retries: RetryOptions;
  readonly #resolve: (name: string) => Promise<readonly string[]>;
  readonly #targets = new Map<string, Promise<Targets>>();
  readonly #metadata = new Map<string, Promise<EndpointMetadata>>();
  #turn = 0;

  constructor(options: { http: Http; retries: RetryOptions; resolve: (name: string) => Promise<readonly string[]> }) {
    this.#http = options.http;
    this.#retries = options.retries;
    this.#resolve = options.resolve;
  }

  async infer(endpoint: string, request: InferRequest, options: Pick<CallOptions, 'signal'> = {}): Promise<InferResponse> {
    const body = JSON.stringify({ id: newIdempotencyKey(), ...request }, exactNumber);
    return this.#call(endpoint, '/infer', { method: 'POST', body, headers: { 'content-type': 'application/json' } }, options.signal) as Promise<InferResponse>;
  }

  metadata(endpoint: string): Promise<EndpointMetadata> {
    return remember(this.#metadata, endpoint, () => this.#call(endpoint, '', { method: 'GET' }) as Promise<EndpointMetadata>);
  }

  async predict(endpoint: string, columns: Columns, { outputs, signal, ...events }: PredictOptions = {}): Promise<Prediction> {
    const { inputs } = await this.metadata(endpoint);
    const request: InferRequest = { inputs: tensorsOf(inputs, columns, events), ...(outputs !== undefined && { outputs: outputs.map((name) => ({ name })) }) };
    const response = await this.infer(endpoint, request, signal === undefined ? {} : { signal });
    const versionId = response.parameters?.['model_version_id'];
    return {
      id: response.id,
      modelVersion: response.model_version,
      modelVersionId: typeof versionId === 'string' ? versionId : undefined,
      outputs: Object.fromEntries(response.outputs.map(({ name, data }) => [name, data])),
    };
  }

  #call(endpoint: string, action: '' | '/infer', init: RequestInit, signal?: AbortSignal): Promise<unknown> {
    return retry(
      async () => {
        const url = `${await this.#next(endpoint)}${action}`;
        try {
          return await this.#http.request(url, init, (response) => read(response, url), signal);
        } catch (error) {
          if (error instanceof MillraceError && error.retryable) this.#targets.delete(endpoint);
          throw error;
        }
      },
      this.#retries,
      signal,
    );
  }

  async #next(endpoint: string): Promise<string> {
    const targets = await remember(this.#targets, endpoint, () => this.#locate(endpoint));
    return targets[this.#turn++ % targets.length] ?? targets[0];
  }

  async #locate(endpoint: string): Promise<Targets> {
    if (/^https?:\/\//.test(endpoint)) return [endpoint.replace(/\/+$/, '')];
    const urls = await this.#resolve(endpoint);
    const [first, ...others] = urls.map((url) => (url.includes('/v2/models/') ? url : `${url.replace(/\/+$/, '')}/v2/models/${encodeURIComponent(endpoint)}`));
    if (first === undefined) throw new MillraceError('NODE_UNAVAILABLE', `no node serves endpoint "${endpoint}" yet`, { fields: { endpoint } });
    return [first, ...others];
  }
}

type Targets = readonly [string, ...string[]];

async function read(response: Response, url: string): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw errorFromStatus(response.status, text, url);
  return JSON.parse(text);
}

/** What was found once is kept; a failure is not. */
function remember<Value>(known: Map<string, Promise<Value>>, key: string, find: () => Promise<Value>): Promise<Value> {
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const found = find();
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}

function exactNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new MillraceError('BAD_INPUT', `${value} does not fit a JSON number exactly`, { fields: { value: String(value) } });
  return number;
}

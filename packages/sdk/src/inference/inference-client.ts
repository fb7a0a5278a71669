import { MillraceError } from '@millrace/contracts';
import type { CallOptions, RetryOptions } from '../options.ts';
import type { Exchange, ExchangeAnswer, ExchangeCall } from '../transport/exchange.ts';
import { newIdempotencyKey } from '../transport/idempotency-key.ts';
import { retry } from '../transport/retry.ts';
import { errorFromStatus } from '../transport/server-error.ts';
import { SharedValues } from '../transport/shared-values.ts';
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
  /** Undefined where an ensemble answered: each of its steps has a version. */
  readonly modelVersion: string | undefined;
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
  readonly #exchange: Exchange;
  readonly #retries: RetryOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #targets: SharedValues<Targets>;
  readonly #metadata: SharedValues<EndpointMetadata>;
  #turn = 0;

  constructor(options: InferenceOptions) {
    this.#exchange = options.exchange;
    this.#retries = options.retries;
    this.#headers = { authorization: `Bearer ${options.token}` };
    this.#targets = new SharedValues((endpoint, signal) => locate(endpoint, options.resolve, signal));
    this.#metadata = new SharedValues((endpoint, signal) => this.#call(endpoint, '', { method: 'GET', signal }) as Promise<EndpointMetadata>);
  }

  async infer(endpoint: string, request: InferRequest, { signal }: Pick<CallOptions, 'signal'> = {}): Promise<InferResponse> {
    const body = textOf({ id: newIdempotencyKey(), ...request });
    return this.#call(endpoint, '/infer', { method: 'POST', body, signal }) as Promise<InferResponse>;
  }

  /** Asked for once. */
  metadata(endpoint: string, { signal }: Pick<CallOptions, 'signal'> = {}): Promise<EndpointMetadata> {
    return this.#metadata.get(endpoint, signal);
  }

  async predict(endpoint: string, columns: Columns, { outputs, signal, ...events }: PredictOptions = {}): Promise<Prediction> {
    const { inputs } = await this.#metadata.get(endpoint, signal);
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

  #call(endpoint: string, action: '' | '/infer', call: Omit<ExchangeCall, 'headers'>): Promise<unknown> {
    const headers = call.body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' };
    return retry(
      async () => {
        const url = `${await this.#next(endpoint, call.signal)}${action}`;
        try {
          return valueOf(await this.#exchange.send(url, { ...call, headers }), url);
        } catch (error) {
          if (error instanceof MillraceError && error.retryable) this.#targets.forget(endpoint);
          throw error;
        }
      },
      this.#retries,
      call.signal,
    );
  }

  async #next(endpoint: string, signal: AbortSignal | undefined): Promise<string> {
    const targets = await this.#targets.get(endpoint, signal);
    return targets[this.#turn++ % targets.length] ?? targets[0];
  }
}

type Resolve = (name: string, signal: AbortSignal) => Promise<readonly string[]>;

/** What calls are made with. The token goes to addresses that `resolve` gave or that the caller did, and nowhere else. */
interface InferenceOptions {
  readonly exchange: Exchange;
  readonly retries: RetryOptions;
  readonly token: string;
  /** The addresses of an endpoint, by its name. */
  readonly resolve: Resolve;
}

type Targets = readonly [string, ...string[]];

async function locate(endpoint: string, resolve: Resolve, signal: AbortSignal): Promise<Targets> {
  if (/^https?:\/\//.test(endpoint)) return [endpoint.replace(/\/+$/, '')];
  const urls = await resolve(endpoint, signal);
  const [first, ...others] = urls.map((url) => (url.includes('/v2/models/') ? url : `${url.replace(/\/+$/, '')}/v2/models/${encodeURIComponent(endpoint)}`));
  if (first === undefined) throw new MillraceError('NODE_UNAVAILABLE', `no node serves endpoint "${endpoint}" yet`, { fields: { endpoint } });
  return [first, ...others];
}

function valueOf({ status, text }: ExchangeAnswer, url: string): unknown {
  if (status < 200 || status > 299) throw errorFromStatus(status, text, url);
  return JSON.parse(text);
}

/** A replacer costs a call for each value, so it is there only for what JSON does not know. */
function textOf(request: InferRequest): string {
  const isBig = request.inputs.some(({ data }) => data.some((value) => typeof value === 'bigint'));
  return JSON.stringify(request, isBig ? exactNumber : undefined);
}

function exactNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new MillraceError('BAD_INPUT', `${value} does not fit a JSON number exactly`, { fields: { value: String(value) } });
  return number;
}

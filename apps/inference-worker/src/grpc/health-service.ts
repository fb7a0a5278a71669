import { setTimeout as delay } from 'node:timers/promises';
import type { Call } from './call-method.ts';
import { CallRefusal } from './call-error.ts';
import { GRPC_STATUS } from './grpc-status.ts';
import { INFERENCE_SERVICE } from './service-definition.ts';

interface HealthRequest {
  readonly service: string;
}
interface HealthAnswer {
  readonly status: 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';
}

/** How often a watcher is looked after. */
const WATCH_MILLISECONDS = 500;
const SERVICES: readonly string[] = ['', INFERENCE_SERVICE];

/** `grpc.health.v1`: the node and its inference service serve while the node is ready. */
export class HealthService {
  readonly #isReady: () => boolean;

  constructor(isReady: () => boolean) {
    this.#isReady = isReady;
  }

  check({ service }: HealthRequest): HealthAnswer {
    if (SERVICES.includes(service)) return this.#present();
    throw new CallRefusal(GRPC_STATUS.notFound, `service "${service}" is not known; expected "" or "${INFERENCE_SERVICE}"`);
  }

  list(): { readonly statuses: Readonly<Record<string, HealthAnswer>> } {
    return { statuses: Object.fromEntries(SERVICES.map((service) => [service, this.#present()])) };
  }

  /** The state now and after every change, until the client goes. */
  async *watch({ service }: HealthRequest, { signal }: Call): AsyncIterable<HealthAnswer> {
    const isKnown = SERVICES.includes(service);
    let last: HealthAnswer | undefined;
    for (;;) {
      const now: HealthAnswer = isKnown ? this.#present() : { status: 'SERVICE_UNKNOWN' };
      if (now.status !== last?.status) yield (last = now);
      await delay(WATCH_MILLISECONDS, undefined, { signal, ref: false });
    }
  }

  #present(): HealthAnswer {
    return { status: this.#isReady() ? 'SERVING' : 'NOT_SERVING' };
  }
}

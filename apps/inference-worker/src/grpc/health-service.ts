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

/** A client that was told a state, and waits for another one. */
interface Watcher {
  told: HealthAnswer['status'] | undefined;
  wake: () => void;
}

/** How often it is looked whether the state has changed, for all watchers at once. */
const WATCH_MILLISECONDS = 500;
const SERVICES: readonly string[] = ['', INFERENCE_SERVICE];

/** `grpc.health.v1`: the node and its inference service serve while the node is ready. */
export class HealthService {
  readonly #isReady: () => boolean;
  readonly #watchers = new Set<Watcher>();
  #timer: NodeJS.Timeout | undefined;

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

  /** The state now and after every change, until the client goes. A watcher that waits costs nothing: anybody may be one, and many. */
  async *watch({ service }: HealthRequest, { signal }: Call): AsyncIterable<HealthAnswer> {
    const isKnown = SERVICES.includes(service);
    const watcher: Watcher = { told: undefined, wake: () => undefined };
    signal.addEventListener('abort', () => watcher.wake(), { once: true });
    this.#watchers.add(watcher);
    this.#timer ??= setInterval(() => this.#look(), WATCH_MILLISECONDS).unref();
    try {
      while (!signal.aborted) {
        const now: HealthAnswer = isKnown ? this.#present() : { status: 'SERVICE_UNKNOWN' };
        if (now.status === watcher.told)
          await new Promise<void>((resolve) => {
            watcher.wake = resolve;
          });
        else {
          watcher.told = now.status;
          yield now;
        }
      }
    } finally {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#rest();
    }
  }

  #look(): void {
    const { status } = this.#present();
    for (const { told, wake } of this.#watchers) if (told !== status && told !== 'SERVICE_UNKNOWN') wake();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #present(): HealthAnswer {
    return { status: this.#isReady() ? 'SERVING' : 'NOT_SERVING' };
  }
}

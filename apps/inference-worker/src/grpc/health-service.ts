import { status, type ServerUnaryCall, type ServerWritableStream, type UntypedServiceImplementation, type sendUnaryData } from '@grpc/grpc-js';
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
export function healthService(isReady: () => boolean): UntypedServiceImplementation {
  const present = (): HealthAnswer => ({ status: isReady() ? 'SERVING' : 'NOT_SERVING' });
  return {
    check: ({ request }: ServerUnaryCall<HealthRequest, HealthAnswer>, callback: sendUnaryData<HealthAnswer>): void => {
      if (SERVICES.includes(request.service)) callback(null, present());
      else callback({ code: status.NOT_FOUND, details: `service "${request.service}" is not known; expected "" or "${INFERENCE_SERVICE}"` });
    },
    watch: (call: ServerWritableStream<HealthRequest, HealthAnswer>): void => {
      if (SERVICES.includes(call.request.service)) watch(call, present);
      else call.write({ status: 'SERVICE_UNKNOWN' });
    },
    list: (_call: ServerUnaryCall<object, object>, callback: sendUnaryData<object>): void => {
      callback(null, { statuses: Object.fromEntries(SERVICES.map((service) => [service, present()])) });
    },
  };
}

function watch(call: ServerWritableStream<HealthRequest, HealthAnswer>, present: () => HealthAnswer): void {
  let last = present();
  call.write(last);
  const timer = setInterval(() => {
    const now = present();
    if (now.status === last.status) return;
    last = now;
    call.write(now);
  }, WATCH_MILLISECONDS);
  timer.unref();
  call.on('cancelled', () => clearInterval(timer));
  call.on('close', () => clearInterval(timer));
}

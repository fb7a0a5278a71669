import { streamMethod, unaryMethod, type CallMethod, type CallMethods } from './call-method.ts';
import { HealthService } from './health-service.ts';
import { InferenceService, type InferenceServiceOptions } from './inference-service.ts';
import { ReflectionService } from './reflection-service.ts';
import { HEALTH_SERVICE, loadDefinitions, methodOf, REFLECTION_SERVICES } from './service-definition.ts';

/** Every method of a node by its path. */
export function callMethods(options: InferenceServiceOptions): CallMethods {
  const definitions = loadDefinitions();
  const methods = new Map<string, CallMethod>(new InferenceService(options).methods(definitions));
  const health = new HealthService(options.context.isReady);
  const check = methodOf(definitions, HEALTH_SERVICE, 'Check');
  const list = methodOf(definitions, HEALTH_SERVICE, 'List');
  const watch = methodOf(definitions, HEALTH_SERVICE, 'Watch');
  methods.set(
    check.path,
    unaryMethod(check, (request: { readonly service: string }) => health.check(request)),
  );
  methods.set(
    list.path,
    unaryMethod(list, () => health.list()),
  );
  methods.set(
    watch.path,
    streamMethod(watch, async function* watchOne(requests: AsyncIterable<{ readonly service: string }>, call) {
      for await (const request of requests) return yield* health.watch(request, call);
    }),
  );
  const reflection = new ReflectionService(definitions);
  for (const service of REFLECTION_SERVICES) {
    const info = methodOf(definitions, service, 'ServerReflectionInfo');
    methods.set(
      info.path,
      streamMethod(info, (requests: AsyncIterable<object>) => reflection.answer(requests)),
    );
  }
  return methods;
}

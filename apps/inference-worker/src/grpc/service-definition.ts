import { loadSync, type MethodDefinition, type PackageDefinition } from '@grpc/proto-loader';
import { MillraceError } from '@millrace/contracts';
import { fileURLToPath } from 'node:url';

/** What the services are called on the wire. */
export const INFERENCE_SERVICE = 'inference.GRPCInferenceService';
export const HEALTH_SERVICE = 'grpc.health.v1.Health';
export const REFLECTION_SERVICES = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'] as const;

const OPTIONS = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true } as const;

/** Reads the services of a node from their proto files. */
export function loadDefinitions(): PackageDefinition {
  const files = ['inference', 'health', 'reflection-v1', 'reflection-v1alpha'];
  return loadSync(
    files.map((name) => fileURLToPath(new URL(`../../proto/${name}.proto`, import.meta.url))),
    OPTIONS,
  );
}

/** One method of a service. Throws `INTERNAL` for one that the files do not have. */
export function methodOf(definitions: PackageDefinition, service: string, method: string): MethodDefinition<object, object> {
  const definition = definitions[service];
  const found = definition === undefined || 'format' in definition ? undefined : definition[method];
  if (found === undefined) throw new MillraceError('INTERNAL', `the proto files have no method "${method}" of "${service}"`);
  return found;
}

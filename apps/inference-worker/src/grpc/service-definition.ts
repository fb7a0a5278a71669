import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { MillraceError } from '@millrace/contracts';
import { protoPath as healthProtoPath } from 'grpc-health-check';
import { fileURLToPath } from 'node:url';

/** What the service is called on the wire. */
export const INFERENCE_SERVICE = 'inference.GRPCInferenceService';
const HEALTH_SERVICE = 'grpc.health.v1.Health';

/** The services of a node, as reflection tells them. */
export interface ServiceDefinitions {
  readonly all: PackageDefinition;
  readonly inference: ServiceDefinition;
  readonly health: ServiceDefinition;
}

/** Reads the services from their proto files. Infer messages pass through as bytes: they are read and written by hand. */
export function loadServices(): ServiceDefinitions {
  const path = fileURLToPath(new URL('../../proto/inference.proto', import.meta.url));
  const all = loadSync([path, healthProtoPath], { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true });
  const inference = serviceOf(all, INFERENCE_SERVICE);
  return { all, inference: { ...inference, ...passingBytes(inference, ['ModelInfer', 'ModelStreamInfer']) }, health: serviceOf(all, HEALTH_SERVICE) };
}

function serviceOf(definitions: PackageDefinition, name: string): ServiceDefinition {
  const definition = definitions[name];
  if (definition === undefined || 'format' in definition) throw new MillraceError('INTERNAL', `the proto files have no service "${name}"`);
  return definition;
}

function passingBytes(service: ServiceDefinition, methods: readonly string[]): ServiceDefinition {
  return Object.fromEntries(
    methods.map((name) => {
      const method = service[name];
      if (method === undefined) throw new MillraceError('INTERNAL', `the proto file has no method "${name}"`);
      return [name, { ...method, requestDeserialize: asIs, responseSerialize: asIs }];
    }),
  );
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

// Type-graphql keeps what decorators say with it.
import 'reflect-metadata';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { meterFields } from '../budget/meter-fields.ts';
import { guardSchema } from '../authorisation/guard-schema.ts';
import { POLICY, type Policy } from '../authorisation/policy.ts';
import { checkArgument } from '../validation/checked.ts';
import { limitInputs } from '../validation/limit-inputs.ts';
import { RESOLVERS } from './resolvers.ts';

type ResolverClass = (typeof RESOLVERS)[number];

/** Instances of the resolver classes, by class. */
export type ResolverInstances = ReadonlyMap<object, object>;

export interface SchemaParts {
  readonly resolvers: ResolverInstances;
  /** Another policy than the one of the house, for tests. */
  readonly policy?: Policy;
}

/** The schema that answers: every root field behind the policy, every input checked, every field counted. */
export function buildExecutableSchema({ resolvers, policy = POLICY }: SchemaParts): GraphQLSchema {
  const instanceOf = (resolverClass: ResolverClass): object => {
    const instance = resolvers.get(resolverClass);
    if (instance === undefined) throw new Error(`composition.ts makes no ${resolverClass.name}.`);
    return instance;
  };
  return meterFields(limitInputs(guardSchema(bare(instanceOf), policy)));
}

/** The schema as text, sorted, so that it only changes when the API does. */
export function printedSchema(): string {
  return `${printSchema(
    lexicographicSortSchema(
      guardSchema(
        bare(() => ({})),
        POLICY,
      ),
    ),
  )}\n`;
}

function bare(instanceOf: (resolverClass: ResolverClass) => object): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [...RESOLVERS],
    container: { get: (resolverClass) => instanceOf(resolverClass as ResolverClass) },
    validateFn: checkArgument,
    // Subscriptions bring their own streams; type-graphql asks for a bus all the same.
    pubSub: { publish: () => {}, subscribe: () => Promise.reject(new Error('Nothing is published here.')) as never },
  });
}

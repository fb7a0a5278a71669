import { defaultFieldResolver, Kind, type GraphQLField, type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import type { IdempotentCall } from '../commands/idempotency.ts';
import { runMutation } from '../commands/run-mutation.ts';
import type { Caller } from '../context/caller.ts';
import type { AuthorisedContext, RequestContext } from '../context/request-context.ts';
import type { FieldPolicy, Policy, RootTypeName } from './policy.ts';
import { requireScope } from './require-scope.ts';

type Resolver = GraphQLFieldResolver<unknown, RequestContext, Record<string, unknown>>;

/**
 * Puts the policy in front of every root field of a schema: this is the one place that authorises.
 * Fails if a root field has no policy, or a policy has no field.
 */
export function guardSchema(schema: GraphQLSchema, policy: Policy): GraphQLSchema {
  for (const typeName of ['Query', 'Mutation', 'Subscription'] as const) {
    const fields = schema.getType(typeName) === undefined ? {} : fieldsOf(schema, typeName);
    refuseGaps(typeName, Object.keys(fields), Object.keys(policy[typeName]));
    for (const [name, field] of Object.entries(fields)) {
      const fieldPolicy = policy[typeName][name];
      if (fieldPolicy !== undefined) GUARDS[typeName](field, fieldPolicy);
    }
  }
  return schema;
}

const GUARDS: Readonly<Record<RootTypeName, (field: GraphQLField<unknown, RequestContext>, policy: FieldPolicy) => void>> = {
  Query(field, policy) {
    const inner = resolverOf(field);
    field.resolve = async (root, args, context, info) => inner(root, args, admitted(context, await authorise(context, policy, field.name)), info);
  },
  Mutation(field, policy) {
    const inner = resolverOf(field);
    field.resolve = async (root, args, context, info) => {
      const caller = await authorise(context, policy, field.name);
      const execute = async (work: AuthorisedContext['work']): Promise<unknown> => inner(root, args, { ...context, work } as AuthorisedContext, info);
      return runMutation(context.manager, { caller, action: field.name, policy, args, idempotent: idempotentCall(context, info), execute });
    };
  },
  Subscription(field, policy) {
    const inner = field.subscribe;
    // A schema that is only printed has no streams.
    if (inner === undefined) return;
    field.subscribe = async (root, args, context, info) => {
      const stream = (await inner(root, args, admitted(context, await authorise(context, policy, field.name)), info)) as AsyncIterable<unknown>;
      return stillAuthorised(stream, context, () => authorise(context, policy, field.name));
    };
  },
};

/** A token that is revoked or expires while its subscription runs gets no further event. Written by hand: a generator could not be closed while it waits. */
function stillAuthorised(stream: AsyncIterable<unknown>, { budget, eventTurn }: RequestContext, check: () => Promise<Caller>): AsyncIterableIterator<unknown> {
  const events = stream[Symbol.asyncIterator]();
  const close = async (): Promise<IteratorResult<unknown>> => (await events.return?.()) ?? { done: true, value: undefined };
  return {
    async next() {
      const event = await events.next();
      if (event.done === true) return event;
      await eventTurn();
      budget.renew();
      await check().catch(async (refusal: unknown) => {
        await close();
        throw refusal;
      });
      return event;
    },
    return: close,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The caller of a request, if its token may do this. Fails with `UNAUTHENTICATED` or `FORBIDDEN`. */
export async function authorise(context: Pick<RequestContext, 'authenticate'>, policy: FieldPolicy, what: string): Promise<Caller> {
  const authentication = await context.authenticate();
  if ('refusal' in authentication) throw authentication.refusal;
  requireScope(authentication.caller, policy, what);
  return authentication.caller;
}

function admitted(context: RequestContext, caller: Caller): AuthorisedContext {
  const { manager, selected } = context;
  return { ...context, work: { manager, caller, workspaceId: caller.workspaceId, selected } };
}

/** A document that may have several mutations has one key for each: what the caller sent, and the alias. */
function idempotentCall({ idempotency }: RequestContext, info: GraphQLResolveInfo): IdempotentCall | undefined {
  const [first, second] = info.operation.selectionSet.selections;
  const alone = first?.kind === Kind.FIELD && second === undefined;
  return idempotency === undefined || alone ? idempotency : { ...idempotency, key: `${idempotency.key}#${info.path.key}` };
}

function refuseGaps(typeName: RootTypeName, fields: readonly string[], policies: readonly string[]): void {
  const gaps = [...fields.filter((name) => !policies.includes(name)), ...policies.filter((name) => !fields.includes(name))];
  if (gaps.length > 0)
    throw new Error(`authorisation/policy.ts and ${typeName} disagree about: ${gaps.join(', ')}. Every root field needs one policy, and every policy a field.`);
}

function resolverOf(field: GraphQLField<unknown, RequestContext>): Resolver {
  return (field.resolve ?? defaultFieldResolver) as Resolver;
}

function fieldsOf(schema: GraphQLSchema, typeName: RootTypeName): Readonly<Record<string, GraphQLField<unknown, RequestContext>>> {
  const type = { Query: schema.getQueryType(), Mutation: schema.getMutationType(), Subscription: schema.getSubscriptionType() }[typeName];
  return type?.getFields() ?? {};
}

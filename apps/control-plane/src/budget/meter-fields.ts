import { defaultFieldResolver, getNamedType, isLeafType, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { RequestContext } from '../context/request-context.ts';
import { sizeOfValue } from './value-size.ts';

/** What a field takes beside its value: quotes, colon, comma. */
const PUNCTUATION = 4;

/**
 * Counts what each field adds to the answer, at the moment it is resolved, and resolves nothing more once the budget of the request is
 * spent. The same text under forty aliases is in memory once and in the answer forty times, so it is counted forty times.
 */
export function meterFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) meterField(field as GraphQLField<unknown, RequestContext>);
  }
  return schema;
}

function meterField(field: GraphQLField<unknown, RequestContext>): void {
  const inner = field.resolve ?? defaultFieldResolver;
  const isLeaf = isLeafType(getNamedType(field.type));
  field.resolve = (source, args, context, info) => {
    const { budget } = context;
    budget.take('answerBytes', String(info.path.key).length + PUNCTUATION);
    const value: unknown = inner(source, args, context, info);
    if (!isLeaf) return value;
    const counted = (resolved: unknown): unknown => {
      budget.take('answerBytes', sizeOfValue(resolved, budget.left('answerBytes')));
      return resolved;
    };
    return value instanceof Promise ? value.then(counted) : counted(value);
  };
}

import { instantTextSchema } from '@millrace/contracts';
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

function parse(value: unknown): Date {
  const parsed = instantTextSchema.safeParse(value);
  if (parsed.success) return new Date(parsed.data);
  const given = JSON.stringify(value)?.slice(0, 60);
  throw new GraphQLError(`DateTime needs an instant of the years 1 to 9999 such as "2026-06-30T00:00:00Z", not ${given}.`);
}

/** An instant: ISO 8601 with a zone in, ISO 8601 UTC with milliseconds out. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant, ISO 8601 with a zone. Always UTC with milliseconds in answers.',
  // A replayed answer was kept as JSON, so an instant may already be text.
  serialize: (value) => (value instanceof Date ? value : parse(value)).toISOString(),
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

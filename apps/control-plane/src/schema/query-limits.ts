import { MillraceError } from '@millrace/contracts';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { measure, type QueryMeasure } from './query-measure.ts';

/** What one document may ask for. */
export interface QueryLimits {
  readonly depth: number;
  readonly cost: number;
  readonly rootFields: number;
}

export interface RequestedDocument {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Refuses a validated document that nests or costs too much, with `QUERY_TOO_DEEP` or `QUERY_TOO_COSTLY`. Introspection is a query like others. */
export function measureWithin(requested: RequestedDocument, limits: QueryLimits): QueryMeasure {
  const measured = measure(requested);
  const { depth, cost, width } = measured;
  if (width > limits.rootFields) {
    throw new MillraceError('QUERY_TOO_COSTLY', `The document has ${width} fields at its root; ${limits.rootFields} are allowed. Ask in several requests.`, {
      fields: { rootFields: width, maximum: limits.rootFields },
    });
  }
  if (depth > limits.depth) {
    throw new MillraceError('QUERY_TOO_DEEP', `The query nests ${depth} levels; ${limits.depth} are allowed. Ask in two queries.`, {
      fields: { depth, maximum: limits.depth },
    });
  }
  if (cost > limits.cost) {
    throw new MillraceError('QUERY_TOO_COSTLY', `The query costs ${cost}; ${limits.cost} are allowed. Ask for smaller pages or fewer fields.`, {
      fields: { cost, maximum: limits.cost },
    });
  }
  return measured;
}

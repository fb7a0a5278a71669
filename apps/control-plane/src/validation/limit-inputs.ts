import { MillraceError, SEGMENT_SUMMARY_LIMITS } from '@millrace/contracts';
import {
  defaultFieldResolver,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  isScalarType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import type { RequestContext } from '../context/request-context.ts';

/** Bytes of one JSON value, characters of one text, items of one list: what people and programs write by hand stays far below. */
const MAXIMUM_JSON_BYTES = 64 * 1024;
const MAXIMUM_TEXT = 64 * 1024;
const MAXIMUM_ITEMS = 10_000;

/** JSON that machines write, and why it may be larger. What is inside has limits of its own in the contracts. */
const LARGER_JSON: Readonly<Record<string, number>> = {
  // Histograms of every feature, for every window and version of a segment.
  'RecordPredictionSegmentInput.summaries': SEGMENT_SUMMARY_LIMITS.bytes,
  // One entry for every version that a node holds.
  'HeartbeatInput.versionStates': 1024 * 1024,
  // Statements and expectations of a pipeline with many steps.
  'CreatePipelineInput.definition': 512 * 1024,
  // Tables have up to a few thousand columns.
  'RecordScoringOutputInput.schema': 512 * 1024,
  'CreateDataRequirementInput.definition': 512 * 1024,
};

/**
 * The one place where every argument of every field passes before its resolver: texts that a database cannot hold, numbers that JSON
 * cannot write, and whatever is larger than its limit are refused with the path, the size and the limit.
 */
export function limitInputs(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) if (field.args.length > 0) limitField(field as GraphQLField<unknown, RequestContext>);
  }
  return schema;
}

function limitField(field: GraphQLField<unknown, RequestContext>): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  const check = (args: Readonly<Record<string, unknown>>): void => {
    for (const { name, type } of field.args) inspect(type, args[name], { path: name, limit: MAXIMUM_JSON_BYTES });
  };
  field.resolve = (source, args, context, info) => {
    check(args);
    return resolve(source, args, context, info);
  };
  if (subscribe === undefined) return;
  field.subscribe = async (source, args, context, info) => {
    check(args);
    return subscribe(source, args, context, info);
  };
}

interface Place {
  readonly path: string;
  /** Bytes that JSON may have here. */
  readonly limit: number;
}

function inspect(wrapped: GraphQLInputType, value: unknown, place: Place): void {
  if (value === null || value === undefined) return;
  const type = getNullableType(wrapped);
  if (isListType(type)) {
    if (!Array.isArray(value)) return inspect(type.ofType, value, place);
    refuseMore(place.path, 'items', value.length, MAXIMUM_ITEMS);
    for (const [index, item] of value.entries()) inspect(type.ofType, item, { ...place, path: `${place.path}.${index}` });
    return;
  }
  if (isInputObjectType(type)) {
    const members = value as Readonly<Record<string, unknown>>;
    for (const { name, type: inner } of Object.values(type.getFields())) {
      inspect(inner, members[name], { path: `${place.path}.${name}`, limit: LARGER_JSON[`${type.name}.${name}`] ?? MAXIMUM_JSON_BYTES });
    }
    return;
  }
  if (isScalarType(type) && type.name === 'JSON') new JsonInspection(place).value(value, place.path);
  else if (typeof value === 'string') inspectText(value, place.path, MAXIMUM_TEXT);
}

class JsonInspection {
  readonly #place: Place;
  #bytes = 0;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Ends at the first value that is too much, so what is refused costs no more than what is allowed. */
  value(value: unknown, path: string): void {
    if (typeof value === 'string') return this.#text(value, path);
    this.#count(8);
    if (typeof value === 'number' && !Number.isFinite(value)) throw bad(path, 'is a number that no JSON can write', {});
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (!Array.isArray(value)) this.#text(key, path);
      this.value(member, `${path}.${key.slice(0, 60)}`);
    }
  }

  #text(text: string, path: string): void {
    this.#count(text.length + 3);
    inspectText(text, path, this.#place.limit);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    refuseMore(this.#place.path, 'bytes of JSON', this.#bytes, this.#place.limit);
  }
}

function inspectText(text: string, path: string, maximum: number): void {
  refuseMore(path, 'characters', text.length, maximum);
  if (text.includes('\0')) throw bad(path, 'contains a NUL character, which no database holds', {});
  if (!text.isWellFormed()) throw bad(path, 'contains half of a character (a lone surrogate)', {});
}

function refuseMore(path: string, unit: string, size: number, maximum: number): void {
  if (size > maximum) throw bad(path, `has more than ${maximum} ${unit}`, { size, maximum, unit });
}

function bad(path: string, why: string, fields: object): MillraceError {
  const shown = path.slice(0, 200);
  return new MillraceError('BAD_INPUT', `${shown} ${why}.`, { fields: { path: shown, ...fields } });
}

import { createHash } from 'node:crypto';
import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema, type ParseOptions } from 'graphql';
import { refuseBombs, refuseMoreThan, SHAPE_LIMITS } from '../schema/document-shape.ts';
import { selectedFields, type SelectedFields } from '../schema/selected-fields.ts';
import { RefusedDocument } from './refused-document.ts';

/** A document that is valid against the schema. */
export interface PreparedDocument {
  readonly document: DocumentNode;
  readonly selected: SelectedFields;
}

/** Tokens that one document may have: many times what any real one has. */
const MAXIMUM_TOKENS = 10_000;
/** What is said of an invalid document: whoever makes more mistakes fixes these first. */
const MAXIMUM_ERRORS = 10;
/** Documents that are remembered, and how large one of them may be. Clients send the same few texts again and again. */
const REMEMBERED = 200;
const REMEMBERED_CHARACTERS = 16 * 1024;

/** Documents, parsed and validated. What they cost to check is bounded before it is paid. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #known = new Map<string, PreparedDocument>();

  constructor(collaborators: { readonly schema: GraphQLSchema }) {
    this.#schema = collaborators.schema;
  }

  /** @throws RefusedDocument with what is wrong, MillraceError when it is too large */
  prepare(text: string): PreparedDocument {
    if (text.length > REMEMBERED_CHARACTERS) return this.#check(text);
    const digest = digestOf(text);
    const prepared = this.#known.get(digest) ?? this.#check(text);
    this.#remember(digest, prepared);
    return prepared;
  }

  knows(text: string): boolean {
    return text.length <= REMEMBERED_CHARACTERS && this.#known.has(digestOf(text));
  }

  /** One of the documents that are remembered, by the SHA-256 of its text. */
  find(digest: string): DocumentNode | undefined {
    return this.#known.get(digest)?.document;
  }

  #check(text: string): PreparedDocument {
    refuseMoreThan(SHAPE_LIMITS, 'characters', text.length);
    // Without the places of its nodes, which keep all tokens of the text: they would be most of what waits and is remembered.
    const document = parsed(text, { noLocation: true });
    refuseBombs(document);
    if (!this.#isValid(document)) throw new RefusedDocument('GRAPHQL_VALIDATION_FAILED', this.#mistakesIn(parsed(text)));
    return { document, selected: selectedFields(this.#schema, document) };
  }

  #isValid(document: DocumentNode): boolean {
    return validate(this.#schema, document, undefined, { maxErrors: 1 }).length === 0;
  }

  #mistakesIn(document: DocumentNode): readonly GraphQLError[] {
    return validate(this.#schema, document, undefined, { maxErrors: MAXIMUM_ERRORS });
  }

  /** Maps keep the order in which keys were set: the first is the one that nobody has sent for the longest time. */
  #remember(digest: string, prepared: PreparedDocument): void {
    this.#known.delete(digest);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(digest, prepared);
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parsed(text: string, options: ParseOptions = {}): DocumentNode {
  try {
    return parse(text, { ...options, maxTokens: MAXIMUM_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) throw new RefusedDocument('GRAPHQL_PARSE_FAILED', [error]);
    // The parser calls itself for each level, so thousands of brackets end its stack.
    if (error instanceof RangeError)
      throw new RefusedDocument('GRAPHQL_PARSE_FAILED', [new GraphQLError('Syntax Error: The document nests too deep to be read.')]);
    throw error;
  }
}

import { MillraceError } from '@millrace/contracts';
import { Kind, type DefinitionNode, type DocumentNode, type SelectionNode, type SelectionSetNode } from 'graphql';

/** What a document may look like before anybody validates it: many times what a screen or the SDK sends. */
export interface ShapeLimits {
  /** Characters of the text. */
  readonly characters: number;
  readonly definitions: number;
  /** Rules walk all fragments of each. */
  readonly operations: number;
  /** Fields and fragments, at all levels. */
  readonly selections: number;
  readonly nesting: number;
  readonly variables: number;
  readonly directivesAtOnePlace: number;
  /** Pairs of answers that have the same name, in all places together: the rule that merges them compares each with each. */
  readonly sameNames: number;
  readonly spreads: number;
  /** Of a field, an alias, a fragment: an answer repeats them with every row. */
  readonly nameCharacters: number;
}

export const SHAPE_LIMITS: ShapeLimits = {
  characters: 64 * 1024,
  definitions: 60,
  operations: 10,
  selections: 2000,
  nesting: 24,
  variables: 200,
  directivesAtOnePlace: 8,
  sameNames: 10_000,
  spreads: 150,
  nameCharacters: 128,
};

const WHAT: Readonly<Record<keyof ShapeLimits, string>> = {
  characters: 'characters',
  definitions: 'operations and fragments',
  operations: 'operations',
  selections: 'fields and fragments',
  nesting: 'levels',
  variables: 'variables',
  directivesAtOnePlace: 'directives at one place',
  sameNames: 'pairs of fields of the same name',
  spreads: 'spreads of fragments',
  nameCharacters: 'characters in one name',
};

/**
 * Refuses a parsed document whose validation would take long: rules of GraphQL compare fields with each other and walk fragments again
 * and again. What is written is counted once, whatever fragments make of it.
 *
 * @throws MillraceError `QUERY_TOO_COSTLY`, or `QUERY_TOO_DEEP`
 */
export function refuseBombs(document: DocumentNode, limits: ShapeLimits = SHAPE_LIMITS): void {
  new Inspection(limits).document(document);
}

/** @throws MillraceError `QUERY_TOO_COSTLY` with what there is too much of */
export function refuseMoreThan(limits: ShapeLimits, what: keyof ShapeLimits, count: number): void {
  const maximum = limits[what];
  if (count <= maximum) return;
  const code = what === 'nesting' ? 'QUERY_TOO_DEEP' : 'QUERY_TOO_COSTLY';
  throw new MillraceError(code, `The document has more than ${maximum} ${WHAT[what]}. Ask in several requests.`, { fields: { what, maximum } });
}

class Inspection {
  readonly #limits: ShapeLimits;
  readonly #names = new Map<string, number>();
  #selections = 0;
  #spreads = 0;
  #sameNames = 0;

  constructor(limits: ShapeLimits) {
    this.#limits = limits;
  }

  document({ definitions }: DocumentNode): void {
    this.#refuse('definitions', definitions.length);
    this.#refuse('operations', definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length);
    for (const definition of definitions) this.#definition(definition);
  }

  #definition(definition: DefinitionNode): void {
    if ('variableDefinitions' in definition) {
      this.#refuse('variables', definition.variableDefinitions?.length ?? 0);
      for (const { directives } of definition.variableDefinitions ?? []) this.#refuse('directivesAtOnePlace', directives?.length ?? 0);
    }
    if ('directives' in definition) this.#refuse('directivesAtOnePlace', definition.directives?.length ?? 0);
    if ('selectionSet' in definition) this.#selectionSet(definition.selectionSet, 1);
  }

  #selectionSet({ selections }: SelectionSetNode, level: number): void {
    this.#refuse('nesting', level);
    for (const selection of selections) this.#selection(selection, level);
  }

  #selection(selection: SelectionNode, level: number): void {
    this.#selections += 1;
    this.#refuse('selections', this.#selections);
    this.#refuse('directivesAtOnePlace', selection.directives?.length ?? 0);
    const name = nameOf(selection);
    this.#refuse('nameCharacters', name.length);
    const others = this.#names.get(name) ?? 0;
    this.#names.set(name, others + 1);
    this.#sameNames += others;
    this.#refuse('sameNames', this.#sameNames);
    if (selection.kind === Kind.FRAGMENT_SPREAD) this.#spreads += 1;
    this.#refuse('spreads', this.#spreads);
    if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet !== undefined) this.#selectionSet(selection.selectionSet, level + 1);
  }

  #refuse(what: keyof ShapeLimits, count: number): void {
    refuseMoreThan(this.#limits, what, count);
  }
}

function nameOf(selection: SelectionNode): string {
  if (selection.kind === Kind.FIELD) return (selection.alias ?? selection.name).value;
  return selection.kind === Kind.FRAGMENT_SPREAD ? `...${selection.name.value}` : '...';
}
